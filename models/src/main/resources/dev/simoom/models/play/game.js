/* The game in progress. One request at a time; listeners hear of every change. */

import * as server from './server.js';
import {toast} from './toast.js';

const KEPT = 24;
const STORED = 'simoom-game';
const GONE = 404;

export class Game {
  constructor() {
    this.id = null;
    this.length = 0;
    this.millis = null;
    /** The last frames, each {png, action, number}. */
    this.frames = [];
    this.listeners = [];
    this.tail = Promise.resolve();
    this.waiting = 0;
  }

  get current() {
    return this.frames[this.frames.length - 1];
  }

  /** Runs a task once those before it are done. */
  serial(task) {
    this.waiting++;
    const result = this.tail.then(task).finally(() => {
      this.waiting--;
      this.changed();
    });
    this.tail = result.catch(() => {});
    this.changed();
    return result;
  }

  changed() {
    this.listeners.forEach((listener) => listener(this));
  }

  take(state, all) {
    this.id = state.game;
    this.length = state.length;
    this.millis = state.millis ?? this.millis;
    const first = state.length - state.frames.length + 1;
    const fresh = state.frames.map((frame, i) => ({...frame, number: first + i}));
    this.frames = (all ? fresh : [...this.frames, ...fresh]).slice(-KEPT);
    sessionStorage.setItem(STORED, this.id);
  }

  /** Starts from one of the world's frames, by its number, or from a picture. */
  start(from) {
    return this.serial(async () => {
      const former = this.id;
      this.take(await server.start(from), true);
      this.millis = null;
      if (former) {
        // It may be closed already.
        server.close(former).catch(() => {});
      }
    });
  }

  /** Goes on with the game that the page showed before it was loaded again, if there is one. */
  resume() {
    return this.serial(async () => {
      const stored = sessionStorage.getItem(STORED);
      if (stored) {
        try {
          this.take(await server.show(stored), true);
        } catch {
          sessionStorage.removeItem(STORED);
        }
      }
      return this.id !== null;
    });
  }

  step(action) {
    return this.serial(async () => {
      try {
        this.take(await server.step(this.id, action), false);
      } catch (error) {
        await this.revive(error);
        this.take(await server.step(this.id, action), false);
      }
    });
  }

  /** The server keeps the games played last: one that it has closed goes on from what is seen. */
  async revive(error) {
    if (error.status !== GONE || !this.current) {
      throw error;
    }
    const bytes = Uint8Array.from(atob(this.current.png), (character) => character.charCodeAt(0));
    this.take(await server.start(new Blob([bytes], {type: 'image/png'})), true);
    toast('The server had closed this game. It goes on from its last frame.');
  }

  /** Goes back to a number of frames, found from the present one when its turn comes. */
  back(target) {
    return this.serial(async () => {
      const length = target(this.length);
      const steps = this.length - length;
      if (steps > 0 && length > 0) {
        this.take(await server.undo(this.id, steps), true);
      }
    });
  }

  gif() {
    return this.serial(() => server.gif(this.id));
  }
}
