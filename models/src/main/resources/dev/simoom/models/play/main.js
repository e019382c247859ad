/* Puts the page together. */

import * as server from './server.js';
import * as stage from './stage.js';
import * as starts from './starts.js';
import * as pad from './pad.js';
import {Controls, ownsKeys} from './controls.js';
import {Game} from './game.js';
import {complain, toast} from './toast.js';

const find = (id) => document.getElementById(id);

async function save(game, most) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await game.gif());
  link.download = 'simoom-game.gif';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  const what = game.length > most ? `the last ${most} frames` : `${game.length} frames`;
  toast(`Saved ${what} as ${link.download}`);
}

/** Buttons with a key each; a click by mouse or finger hands the focus back to the screen. */
function bind(tasks) {
  for (const [id, {run}] of Object.entries(tasks)) {
    find(id).addEventListener('click', (event) => {
      if (event.detail > 0) {
        find('screen').focus({preventScroll: true});
      }
      run().catch(complain);
    });
  }
  document.addEventListener('keydown', (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
    const [id, task] = Object.entries(tasks).find(([, {keys}]) => keys.includes(event.key.toLowerCase())) ?? [];
    if (task && plain && !ownsKeys(event) && !find(id).disabled) {
      event.preventDefault();
      task.run().catch(complain);
    }
  });
}

async function main() {
  const world = await server.world();
  document.documentElement.style.setProperty('--aspect', `${world.width} / ${world.height}`);
  document.documentElement.style.setProperty('--ratio', world.width / world.height);
  const game = new Game();
  const controls = new Controls(game, world.actions);
  const goBack = (target) => {
    controls.releaseAll();
    return game.back(target);
  };
  stage.show(game, world, (number) => goBack(() => number).catch(complain));
  const start = async (from) => {
    controls.releaseAll();
    await game.start(from);
    find('screen').focus({preventScroll: true});
    window.scrollTo({top: 0, behavior: 'smooth'});
  };
  starts.setUp(world, start);
  pad.setUp(world, start);
  bind({
    undo: {keys: ['u', 'backspace'], run: () => goBack((length) => length - 1)},
    restart: {keys: ['r'], run: () => goBack(() => 1)},
    save: {keys: ['g'], run: () => save(game, world.gifFrames)},
  });
  if (!await game.resume() && world.starts > 0) {
    await game.start(0);
  }
}

main().catch(complain);
