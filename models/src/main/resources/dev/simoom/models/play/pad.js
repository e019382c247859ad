/* A pad to draw the first frame on, with mouse, finger, pen or keys. */

import {choose} from './choice.js';
import {complain} from './toast.js';
import * as raster from './raster.js';

const PLAIN = [0x8fc7ee, 0x4f8f3a, 0x7a5230, 0x222222, 0xffffff, 0xd94f3d, 0xf2c14e, 0x3d6fd9];
const SIZES = [1, 3, 6];
const REMEMBERED = 30;
const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const find = (id) => document.getElementById(id);
const css = (colour) => '#' + colour.toString(16).padStart(6, '0');

class Pad {
  constructor(world) {
    this.canvas = find('pad');
    this.canvas.width = world.width;
    this.canvas.height = world.height;
    this.context = this.canvas.getContext('2d', {willReadFrequently: true});
    const colours = (world.palette.length > 1 ? world.palette : PLAIN).map(css);
    this.background = colours[0];
    this.tool = 'pen';
    this.former = [];
    /** Where the last dot was while something draws, and where keys would draw. */
    this.last = null;
    this.cursor = [Math.floor(world.width / 2), Math.floor(world.height / 2)];
    this.swatches(colours);
    choose([...find('tools').children], 'aria-checked', (button) => this.tool = button.dataset.tool);
    this.sizes(Math.max(1, Math.round(world.width / 64)));
    this.paper();
    this.canvas.addEventListener('pointerdown', (event) => this.pointerDown(event));
    this.canvas.addEventListener('pointermove', (event) => this.pointerMove(event));
    ['pointerup', 'pointercancel'].forEach((type) => this.canvas.addEventListener(type, () => this.last = null));
    this.canvas.addEventListener('keydown', (event) => this.keyDown(event));
    this.canvas.addEventListener('keyup', (event) => {
      this.last = event.key === ' ' ? null : this.last;
    });
    this.canvas.addEventListener('blur', () => {
      this.last = null;
      find('cursor').hidden = true;
    });
  }

  swatches(colours) {
    const box = find('swatches');
    const buttons = colours.map((colour, i) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.colour = colour;
      button.style.setProperty('--colour', colour);
      button.setAttribute('role', 'radio');
      button.setAttribute('aria-label', 'Colour ' + colour);
      button.setAttribute('aria-checked', String(i === 1));
      return button;
    });
    const select = choose(buttons, 'aria-checked', (button) => this.colour = button.dataset.colour);
    const other = document.createElement('label');
    other.title = 'Another colour';
    const input = document.createElement('input');
    input.type = 'color';
    input.setAttribute('aria-label', 'Another colour');
    input.addEventListener('input', () => {
      select(null);
      this.colour = input.value;
      other.style.background = input.value;
    });
    other.append(input);
    box.append(...buttons, other);
  }

  sizes(unit) {
    const buttons = SIZES.map((size, i) => {
      const dot = document.createElement('span');
      dot.className = 'dot';
      dot.style.width = dot.style.height = 3 + 2 * size + 'px';
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.size = size * unit;
      button.setAttribute('role', 'radio');
      button.setAttribute('aria-checked', String(i === 1));
      button.setAttribute('aria-label', `${size * unit} pixel${size * unit > 1 ? 's' : ''}`);
      button.append(dot);
      return button;
    });
    find('sizes').append(...buttons);
    choose(buttons, 'aria-checked', (button) => this.size = Number(button.dataset.size));
  }

  paper() {
    this.context.fillStyle = this.background;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  remember() {
    this.former.push(this.context.getImageData(0, 0, this.canvas.width, this.canvas.height));
    this.former.splice(0, this.former.length - REMEMBERED);
    find('pad-undo').disabled = false;
  }

  undo() {
    this.context.putImageData(this.former.pop(), 0, 0);
    find('pad-undo').disabled = this.former.length === 0;
  }

  clear() {
    this.remember();
    this.paper();
  }

  copy(frame) {
    this.remember();
    this.context.drawImage(frame, 0, 0);
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      Math.floor((event.clientX - box.left) / box.width * this.canvas.width),
      Math.floor((event.clientY - box.top) / box.height * this.canvas.height),
    ];
  }

  pointerDown(event) {
    if (event.button === 0) {
      event.preventDefault();
      this.canvas.setPointerCapture(event.pointerId);
      this.begin(this.place(event));
    }
  }

  pointerMove(event) {
    if (this.last) {
      const events = event.getCoalescedEvents?.() ?? [];
      (events.length > 0 ? events : [event]).forEach((each) => this.stroke(this.place(each)));
    }
  }

  begin(place) {
    this.remember();
    if (this.tool === 'fill') {
      raster.fill(this.context, ...place, this.colour);
    } else {
      this.last = place;
      this.stroke(place);
    }
  }

  stroke(place) {
    const colour = this.tool === 'eraser' ? this.background : this.colour;
    raster.line(...this.last, ...place, (x, y) => raster.dot(this.context, x, y, this.size, colour));
    this.last = place;
  }

  keyDown(event) {
    const move = MOVES[event.key];
    if (event.key === ' ' && !event.repeat) {
      event.preventDefault();
      this.begin([...this.cursor]);
    } else if (move || event.key === ' ') {
      event.preventDefault();
      const far = event.shiftKey ? 5 : 1;
      const {width, height} = this.canvas;
      this.cursor = [this.cursor[0] + far * (move?.[0] ?? 0), this.cursor[1] + far * (move?.[1] ?? 0)];
      this.cursor = [Math.min(width - 1, Math.max(0, this.cursor[0])), Math.min(height - 1, Math.max(0, this.cursor[1]))];
      if (this.last) {
        this.stroke([...this.cursor]);
      }
    }
    this.showCursor();
  }

  showCursor() {
    const {width, height} = this.canvas;
    const style = find('cursor').style;
    style.left = 100 * this.cursor[0] / width + '%';
    style.top = 100 * this.cursor[1] / height + '%';
    style.width = 100 / width + '%';
    style.height = 100 / height + '%';
    find('cursor').hidden = false;
  }
}

/** @param start starts a game from a blob */
export function setUp(world, start) {
  const pad = new Pad(world);
  find('pad-undo').addEventListener('click', () => pad.undo());
  find('pad-clear').addEventListener('click', () => pad.clear());
  find('pad-copy').addEventListener('click', () => pad.copy(find('screen')));
  find('pad-play').addEventListener('click', () =>
    pad.canvas.toBlob((picture) => start(picture).catch(complain), 'image/png'));
}
