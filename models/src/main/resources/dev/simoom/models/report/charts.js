/* Line charts and histograms, drawn to the width of their place. */

/** Round marks that cover [low, high]. */
function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  const marks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    marks.push(Number((i * step).toPrecision(12)));
  }
  return marks;
}

function tickText(value) {
  const size = Math.abs(value);
  if (size >= 1e6) {
    return number(value / 1e6) + 'M';
  }
  return size >= 1e4 ? number(value / 1e3) + 'k' : number(value);
}

/** Draws into `host` now and whenever its width changes. */
function responsive(host, draw) {
  let width = 0;
  new ResizeObserver((entries) => {
    const now = Math.floor(entries[0].contentRect.width);
    if (now > 0 && now !== width) {
      width = now;
      host.replaceChildren(draw(now));
    }
  }).observe(host);
  return host;
}

function extent(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value !== null) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** The vertical range: from zero where that does not flatten the curves, with a little air. */
function verticalRange(values) {
  let [low, high] = extent(values);
  if (low >= 0 && low < 0.4 * high) {
    low = 0;
  }
  const air = high > low ? 0.05 * (high - low) : Math.abs(high) * 0.1 || 1;
  return [low === 0 && high > 0 ? 0 : low - air, high + air];
}

function lineChart(chart) {
  const legend = chart.curves.length < 2 ? null : el('ul', {class: 'legend'}, chart.curves.map((curve, i) =>
      el('li', {class: `curve-${i % 6}`}, el('span', {class: 'swatch'}), curve.name)));
  const readout = el('p', {class: 'readout', 'aria-live': 'polite'});
  const plot = responsive(el('div', {class: 'plot'}), (width) => linePlot(chart, width, readout));
  return el('figure', {class: 'panel chart'},
      el('figcaption', {}, el('h3', {}, chart.title), el('span', {class: 'unit'}, chart.yLabel)),
      plot, el('div', {class: 'under'}, legend, readout));
}

function linePlot(chart, width, readout) {
  const height = Math.round(Math.min(280, Math.max(190, width * 0.48)));
  const box = {left: 52, right: width - 10, top: 8, bottom: height - 38};
  const [first, x1] = extent(chart.curves.flatMap((curve) => curve.x));
  const x0 = first > 0 && first < 0.1 * x1 ? 0 : first;
  const [y0, y1] = verticalRange(chart.curves.flatMap((curve) => curve.y));
  const x = (v) => box.left + (box.right - box.left) * (x1 > x0 ? (v - x0) / (x1 - x0) : 0.5);
  const y = (v) => box.bottom - (box.bottom - box.top) * (v - y0) / (y1 - y0);
  const root = svg('svg', {
    viewBox: `0 0 ${width} ${height}`, role: 'img', tabindex: 0, class: 'lines',
    'aria-label': `${chart.title}. ` + chart.curves.map(lastValue).join('; ')
        + '. Arrow keys read single steps.',
  });
  root.append(axes(box, x, y, ticks(y0, y1, 5), x1 > x0 ? ticks(x0, x1, width < 420 ? 4 : 6) : [x0],
      chart.xLabel));
  chart.curves.forEach((curve, i) => root.append(curvePath(curve, x, y, i)));
  const cursor = svg('g', {class: 'cursor', visibility: 'hidden'},
      svg('line', {y1: box.top, y2: box.bottom}),
      chart.curves.map((_, i) => svg('circle', {r: 3.5, class: `curve-${i % 6}`})));
  root.append(cursor);
  cursorReadings(root, chart, {x, y, x0, x1, box, width}, cursor, readout);
  return root;
}

function lastValue(curve) {
  const known = curve.y.filter((value) => value !== null);
  return `${curve.name} ends at ${number(known[known.length - 1])}`;
}

function curvePath(curve, x, y, index) {
  let d = '';
  let drawing = false;
  curve.x.forEach((step, i) => {
    if (curve.y[i] === null) {
      drawing = false;
    } else {
      d += `${drawing ? 'L' : 'M'}${x(step).toFixed(1)} ${y(curve.y[i]).toFixed(1)}`;
      drawing = true;
    }
  });
  return svg('path', {class: `curve curve-${index % 6}`, d: d + (curve.x.length === 1 ? 'h0.1' : '')});
}

function axes(box, x, y, yMarks, xMarks, xLabel, xText = tickText) {
  const group = svg('g', {class: 'axes', 'aria-hidden': 'true'});
  for (const mark of yMarks) {
    group.append(svg('line', {x1: box.left, x2: box.right, y1: y(mark), y2: y(mark), class: 'grid'}),
        svg('text', {x: box.left - 7, y: y(mark) + 4, 'text-anchor': 'end'}, tickText(mark)));
  }
  for (const mark of xMarks) {
    group.append(svg('line', {x1: x(mark), x2: x(mark), y1: box.bottom, y2: box.bottom + 4}),
        svg('text', {x: x(mark), y: box.bottom + 17, 'text-anchor': anchor(x(mark), box)}, xText(mark)));
  }
  group.append(svg('line', {x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom}),
      svg('text', {x: (box.left + box.right) / 2, y: box.bottom + 34, 'text-anchor': 'middle'}, xLabel));
  return group;
}

function anchor(position, box) {
  return position > box.right - 14 ? 'end' : 'middle';
}

/** Moves the cursor with the pointer or the arrow keys and tells the values under it. */
function cursorReadings(root, chart, scale, cursor, readout) {
  const steps = [...new Set(chart.curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  let at = steps.length - 1;
  const place = (step) => {
    at = nearest(steps, step);
    const position = scale.x(steps[at]);
    cursor.setAttribute('visibility', 'visible');
    cursor.firstChild.setAttribute('x1', position);
    cursor.firstChild.setAttribute('x2', position);
    const parts = [`${chart.xLabel} ${number(steps[at])}`];
    chart.curves.forEach((curve, i) => {
      const index = curve.x.length > 0 ? nearest(curve.x, steps[at]) : -1;
      const value = index < 0 ? null : curve.y[index];
      const dot = cursor.children[i + 1];
      dot.setAttribute('visibility', value === null ? 'hidden' : 'inherit');
      if (value !== null) {
        dot.setAttribute('cx', scale.x(curve.x[index]));
        dot.setAttribute('cy', scale.y(value));
      }
      parts.push(`${chart.curves.length > 1 ? curve.name + ' ' : ''}${number(value)}`);
    });
    readout.textContent = parts.join(' \u00b7 ');
  };
  const leave = () => {
    cursor.setAttribute('visibility', 'hidden');
    readout.textContent = '';
  };
  root.addEventListener('pointermove', (event) => {
    const bounds = root.getBoundingClientRect();
    const position = (event.clientX - bounds.left) * scale.width / bounds.width;
    const share = (position - scale.box.left) / (scale.box.right - scale.box.left);
    place(scale.x0 + share * (scale.x1 - scale.x0));
  });
  root.addEventListener('pointerleave', leave);
  root.addEventListener('blur', leave);
  root.addEventListener('keydown', (event) => {
    const stride = Math.max(1, Math.round(steps.length / 50));
    const move = {ArrowLeft: -stride, ArrowRight: stride, Home: -steps.length, End: steps.length}[event.key];
    if (move) {
      event.preventDefault();
      place(steps[Math.min(steps.length - 1, Math.max(0, at + move))]);
    }
  });
}

/** Index of the entry of the ascending list that lies nearest to the value. */
function nearest(sorted, value) {
  let low = 0;
  let high = sorted.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return Math.abs(sorted[high] - value) < Math.abs(sorted[low] - value) ? high : low;
}

/** Bars over buckets of equal width; `describe(from, to, count)` is what a bar says of itself. */
function barPlot(histogram, width, height, label, options) {
  const {low, counts} = histogram;
  const bucket = histogram.width;
  const end = low + bucket * counts.length;
  const aside = options.aside === undefined ? 0 : Math.min(64, Math.max(34, width * 0.1));
  const gap = aside > 0 ? 26 : 0;
  const box = {left: 48 + aside + gap, right: width - 12, top: 8, bottom: height - 38};
  const most = Math.max(1, ...counts, options.aside || 0);
  const x = (v) => box.left + (box.right - box.left) * (v - low) / (end - low);
  const y = (v) => box.bottom - (box.bottom - box.top) * v / (most * 1.04);
  const root = svg('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label});
  const whole = ticks(0, most, height < 160 ? 2 : 4).filter(Number.isInteger);
  const frame = axes({...box, left: 48}, x, y, whole, options.marks(low, end, width), options.xLabel,
      options.xText);
  root.append(frame);
  const bar = (left, right, count, text) => {
    const top = Math.min(y(count), box.bottom - (count > 0 ? 1.5 : 0));
    const shape = svg('rect', {class: 'bar', x: left, y: top, width: Math.max(1, right - left),
      height: box.bottom - top});
    const target = svg('rect', {class: 'bar-target', x: left, y: box.top, width: Math.max(1, right - left),
      height: box.bottom - box.top});
    target.addEventListener('pointermove', (e) => tooltip.show(e.clientX, e.clientY, text));
    target.addEventListener('pointerleave', tooltip.hide);
    root.append(shape, target);
  };
  counts.forEach((count, i) => bar(x(low + i * bucket) + 0.75, x(low + (i + 1) * bucket) - 0.75, count,
      options.describe(low + i * bucket, low + (i + 1) * bucket, count)));
  if (options.aside !== undefined) {
    bar(54, 48 + aside, options.aside, options.asideText(options.aside));
    root.append(svg('text', {x: 51 + aside / 2, y: box.bottom + 17, 'text-anchor': 'middle'}, 'never'));
  }
  return root;
}

function frequencyText(exponent) {
  const names = {0: 'always', 1: '1 in 10', 2: '1 in 100', 3: '1 in 1k', 4: '1 in 10k', 5: '1 in 100k',
    6: '1 in 1M', 7: '1 in 10M'};
  return names[-exponent] || `10^${exponent}`;
}

function densityPlot(densities, width) {
  const integers = (low, high) => {
    const every = width < 420 && high - low > 4 ? 2 : 1;
    const marks = [];
    for (let mark = Math.round(high); mark >= low - 1e-9; mark -= every) {
      marks.push(mark);
    }
    return marks;
  };
  const histogram = densities.log10 || {low: -1, width: 0.2, counts: [0, 0, 0, 0, 0]};
  const total = histogram.counts.reduce((a, b) => a + b, 0) + densities.never;
  return barPlot(histogram, width, Math.round(Math.min(280, Math.max(200, width * 0.3))),
      `Histogram of ${number(total)} features by how often they are active; ${number(densities.never)} never are.`, {
        marks: integers,
        xText: frequencyText,
        xLabel: 'how often a feature is active (logarithmic)',
        aside: densities.never,
        asideText: (count) => `${number(count)} features never active`,
        describe: (from, to, count) =>
          `${number(count)} features active on ${percent(10 ** from)} to ${percent(10 ** to)}`,
      });
}

function activationPlot(feature, width) {
  return barPlot(feature.histogram, width, 150,
      `Distribution of the positive activations of feature ${feature.id}.`, {
        marks: (low, high) => ticks(low, high, width < 320 ? 3 : 5),
        xLabel: 'activation',
        xText: tickText,
        describe: (from, to, count) => `${number(count)} activations from ${number(Number(from.toPrecision(3)))} to ${number(Number(to.toPrecision(3)))}`,
      });
}
