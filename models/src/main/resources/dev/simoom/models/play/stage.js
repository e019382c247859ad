/* The screen with its figures, and the strip of the last frames. */

import {announce} from './toast.js';

const BUSY_AFTER = 500;
const find = (id) => document.getElementById(id);

/** Shows the game from now on. */
export function show(game, world, goBack) {
  const canvas = find('screen');
  canvas.width = world.width;
  canvas.height = world.height;
  const context = canvas.getContext('2d');
  let shown = null;

  async function draw(frame) {
    const image = new Image();
    image.src = source(frame);
    await image.decode();
    if (shown === frame) {
      context.drawImage(image, 0, 0);
    }
  }

  game.listeners.push(() => {
    busy(game.waiting > 0);
    const frame = game.current;
    find('empty').hidden = frame !== undefined || game.waiting > 0;
    ['undo', 'restart'].forEach((id) => find(id).disabled = game.length < 2);
    find('save').disabled = game.length < 2;
    if (frame && frame !== shown) {
      shown = frame;
      draw(frame);
      describe(frame);
      find('frame').textContent = 'Frame ' + frame.number;
      find('millis').textContent = game.millis === null ? '' : figure(game.millis) + ' ms per frame';
      strip(game, world, goBack);
    }
  });

  function describe(frame) {
    const after = frame.action === null ? 'the start' : 'after: ' + world.actions[frame.action];
    const text = `Frame ${frame.number}, ${after}`;
    canvas.setAttribute('aria-label', text);
    announce(text);
  }
}

const source = (frame) => 'data:image/png;base64,' + frame.png;
const figure = (millis) => millis < 9.95 ? millis.toFixed(1) : String(Math.round(millis));

let busyTimer = 0;

/** Shows that something is computed, unless it takes a moment only. */
function busy(now) {
  if (!now) {
    clearTimeout(busyTimer);
    busyTimer = 0;
    find('busy').hidden = true;
  } else if (busyTimer === 0) {
    busyTimer = setTimeout(() => find('busy').hidden = false, BUSY_AFTER);
  }
}

/** Changes only what has changed: while a key is held, a frame comes every few milliseconds. */
function strip(game, world, goBack) {
  const list = find('strip');
  const wanted = new Set(game.frames);
  const kept = new Set();
  for (const item of [...list.children]) {
    if (wanted.has(item.frame)) {
      kept.add(item.frame);
    } else {
      item.remove();
    }
  }
  list.append(...game.frames.filter((frame) => !kept.has(frame)).map((frame) => picture(frame, world, goBack)));
  list.querySelector('[aria-current]')?.removeAttribute('aria-current');
  list.lastElementChild.firstElementChild.setAttribute('aria-current', 'true');
  list.scrollLeft = list.scrollWidth;
}

function picture(frame, world, goBack) {
  const what = frame.action === null ? 'start' : world.actions[frame.action];
  const image = new Image();
  image.src = source(frame);
  image.alt = '';
  const box = document.createElement('span');
  box.className = 'picture';
  box.append(image);
  const label = document.createElement('span');
  label.className = 'label';
  label.textContent = frame.number;
  const button = document.createElement('button');
  button.type = 'button';
  button.title = `Frame ${frame.number}: ${what}`;
  button.setAttribute('aria-label', `Go back to frame ${frame.number}, ${what}`);
  button.append(box, label);
  button.addEventListener('click', () => goBack(frame.number));
  const item = document.createElement('li');
  item.frame = frame;
  item.append(button);
  return item;
}
