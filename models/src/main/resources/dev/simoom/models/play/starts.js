/* Where a game may start: the world's own frames, or a picture from anywhere. */

import * as server from './server.js';
import {complain} from './toast.js';
import {choose} from './choice.js';

const SENT_AS_IS = ['image/png', 'image/jpeg', 'image/gif'];
const MOST_PIXELS_A_SIDE = 1600;
const find = (id) => document.getElementById(id);

/** @param start starts a game from a number or a blob */
export function setUp(world, start) {
  const tabs = [...document.querySelectorAll('[role=tab]')];
  const open = (tab) => {
    tabs.forEach((each) => find(each.getAttribute('aria-controls')).hidden = each !== tab);
  };
  const select = choose(tabs, 'aria-selected', open);
  thumbnails(world, start);
  find('size').textContent = `${world.width} \u00d7 ${world.height}`;
  if (world.starts === 0) {
    select(find('tab-draw'));
  }
  pictures(async (file) => {
    try {
      await start(await sendable(file, world.maxUpload));
    } catch (error) {
      complain(error);
    }
  });
}

function thumbnails(world, start) {
  const box = find('thumbnails');
  for (let index = 0; index < world.starts; index++) {
    const image = new Image(world.width, world.height);
    image.loading = 'lazy';
    image.alt = '';
    image.src = server.startPicture(index);
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-label', `Start from frame ${index + 1} of ${world.starts}`);
    button.append(image);
    button.addEventListener('click', () => start(index).catch(complain));
    box.append(button);
  }
  if (world.starts === 0) {
    const note = document.createElement('p');
    note.textContent = 'This world brings no frames to start from. Draw one, or drop a picture.';
    box.append(note);
  }
}

/** Pictures chosen, pasted, or dropped anywhere on the page. */
function pictures(use) {
  const input = find('file');
  input.addEventListener('change', () => {
    if (input.files.length > 0) {
      use(input.files[0]);
    }
    input.value = '';
  });
  document.addEventListener('paste', (event) => {
    const file = event.clipboardData.files[0];
    if (file) {
      use(file);
    }
  });
  const veil = find('veil');
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    veil.hidden = !event.dataTransfer.types.includes('Files');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) {
      veil.hidden = true;
    }
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    veil.hidden = true;
    const file = event.dataTransfer.files[0];
    if (file) {
      use(file);
    } else {
      complain(new Error('That was no file. Save the picture first, then drop it here.'));
    }
  });
}

/** The file, or what the browser makes of it where it is of a kind or size not to be sent. */
async function sendable(file, maxBytes) {
  if (SENT_AS_IS.includes(file.type) && file.size <= maxBytes) {
    return file;
  }
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name} is no picture that can be read; try a PNG or JPEG`);
  }
  const scale = Math.min(1, MOST_PIXELS_A_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95));
}
