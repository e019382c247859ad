/* Drawing in whole pixels, without the soft edges of a canvas. */

/** All pixels of a line, in order (Bresenham 1965). */
export function line(x0, y0, x1, y1, visit) {
  const dx = Math.abs(x1 - x0);
  const dy = -Math.abs(y1 - y0);
  const sx = Math.sign(x1 - x0);
  const sy = Math.sign(y1 - y0);
  let error = dx + dy;
  for (let x = x0, y = y0; ;) {
    visit(x, y);
    if (x === x1 && y === y1) {
      return;
    }
    const twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x += sx;
    }
    if (twice <= dx) {
      error += dx;
      y += sy;
    }
  }
}

/** A dot of a diameter around a pixel. */
export function dot(context, x, y, diameter, colour) {
  context.fillStyle = colour;
  const radius = diameter / 2;
  const low = -Math.floor((diameter - 1) / 2);
  for (let i = low; i < low + diameter; i++) {
    for (let j = low; j < low + diameter; j++) {
      const u = i - low + 0.5 - radius;
      const v = j - low + 0.5 - radius;
      if (u * u + v * v <= radius * radius + 0.3) {
        context.fillRect(x + i, y + j, 1, 1);
      }
    }
  }
}

/** Colours the area of one colour that a pixel belongs to. */
export function fill(context, x, y, colour) {
  const {width, height} = context.canvas;
  const image = context.getImageData(0, 0, width, height);
  const pixels = new Uint32Array(image.data.buffer);
  context.fillStyle = colour;
  context.fillRect(x, y, 1, 1);
  const target = new Uint32Array(context.getImageData(x, y, 1, 1).data.buffer)[0];
  const former = pixels[y * width + x];
  const open = former === target ? [] : [y * width + x];
  while (open.length > 0) {
    const at = open.pop();
    if (pixels[at] === former) {
      pixels[at] = target;
      const column = at % width;
      open.push(...[
        column > 0 ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width,
      ].filter((next) => next >= 0 && next < pixels.length));
    }
  }
  context.putImageData(image, 0, 0);
}
