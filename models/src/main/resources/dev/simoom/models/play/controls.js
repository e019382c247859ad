/* Actions by button and by key; what is held goes on for as long as it is held. */

import {complain} from './toast.js';

/** A short press is one step: only what is held for longer repeats. */
const REPEAT_AFTER = 220;
const QUEUE = 2;

const KEY_WORDS = {
  ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down', ' ': 'jump',
  a: 'left', d: 'right', w: 'up', s: 'down',
};
/** The first key that makes an action is the one shown on its button. */
const WORD_SIGNS = {left: '\u2190', right: '\u2192', jump: 'Space', up: '\u2191', down: '\u2193'};
const WORD_FORMS = {
  left: /\bleft(wards?)?\b/i, right: /\bright(wards?)?\b/i,
  jump: /\b(jump|hop|leap)\w*/i, up: /\b(up(wards?)?|climb\w*|ris\w+)\b/i,
  down: /\b(down(wards?)?|duck\w*|crouch\w*|fall\w*)\b/i,
};

/** The action whose label has the most of these words and the fewest others, or -1. */
export function actionFor(words, labels) {
  let best = -1;
  let most = 0;
  labels.forEach((label, action) => {
    const has = Object.keys(WORD_FORMS).filter((word) => WORD_FORMS[word].test(label));
    const matches = has.filter((word) => words.has(word)).length;
    const score = matches === 0 ? 0 : matches - 0.5 * (has.length - matches);
    if (score > most) {
      most = score;
      best = action;
    }
  });
  return best;
}

export class Controls {
  constructor(game, labels) {
    this.game = game;
    this.labels = labels;
    /** What is held: from a key or pointer to an action's number or to a word. */
    this.held = new Map();
    this.queue = [];
    this.repeatFrom = 0;
    this.running = false;
    // A world that says nowhere "up" may still jump.
    this.hasUp = labels.some((label) => WORD_FORMS.up.test(label));
    this.buttons = labels.map((label, action) => this.button(label, action));
    document.getElementById('actions').append(...this.buttons);
    document.addEventListener('keydown', (event) => this.keyDown(event));
    document.addEventListener('keyup', (event) => this.release(event.code));
    window.addEventListener('blur', () => this.releaseAll());
    document.addEventListener('visibilitychange', () => this.releaseAll());
  }

  button(label, action) {
    const button = document.createElement('button');
    button.type = 'button';
    const text = document.createElement('span');
    text.textContent = label;
    button.append(...(action < 9 ? [hint(action + 1)] : []), text);
    const word = Object.keys(WORD_SIGNS).find((key) => this.actionOf([this.wordOf(key)]) === action);
    if (word) {
      button.append(hint(WORD_SIGNS[word]));
    }
    button.addEventListener('pointerdown', (event) => {
      if (event.button === 0) {
        // The focus stays where it is: Space then still jumps.
        event.preventDefault();
        button.setPointerCapture(event.pointerId);
        this.press('pointer' + event.pointerId, action);
      }
    });
    ['pointerup', 'pointercancel', 'lostpointercapture'].forEach((type) =>
      button.addEventListener(type, (event) => this.release('pointer' + event.pointerId)));
    button.addEventListener('contextmenu', (event) => event.preventDefault());
    // Clicks that no pointer made: Enter, Space, or assistive technology.
    button.addEventListener('click', (event) => event.detail === 0 && this.once(action));
    return button;
  }

  wordOf(word) {
    return word === 'up' && !this.hasUp ? 'jump' : word;
  }

  actionOf(words) {
    return actionFor(new Set(words), this.labels);
  }

  keyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || ownsKeys(event)) {
      return;
    }
    const digit = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
    const word = KEY_WORDS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (digit >= 0 && digit < this.labels.length) {
      this.keyPress(event, digit);
    } else if (word && this.actionOf([this.wordOf(word)]) >= 0) {
      event.preventDefault();
      this.keyPress(event, this.wordOf(word));
    }
  }

  keyPress(event, what) {
    if (!event.repeat) {
      this.press(event.code, what);
    }
  }

  press(source, what) {
    this.held.set(source, what);
    this.repeatFrom = performance.now() + REPEAT_AFTER;
    this.once(this.choice());
  }

  release(source) {
    if (this.held.delete(source)) {
      this.rest();
    }
  }

  releaseAll() {
    this.held.clear();
    this.rest();
  }

  /** A button stays marked until the frame that it asked for is there. */
  rest() {
    if (!this.running) {
      this.mark();
    }
  }

  /** The action for all that is held: the last one by number, or the one that the words make. */
  choice() {
    const held = [...this.held.values()];
    const numbers = held.filter((what) => typeof what === 'number');
    const words = held.filter((what) => typeof what === 'string');
    if (numbers.length > 0) {
      return numbers[numbers.length - 1];
    }
    const together = this.actionOf(words);
    return together >= 0 ? together : this.actionOf(words.slice(-1));
  }

  once(action) {
    if (action >= 0 && this.game.id !== null && this.queue.length < QUEUE) {
      this.queue.push(action);
      this.run();
    }
  }

  async run() {
    if (this.running) {
      return;
    }
    this.running = true;
    try {
      for (let action = await this.next(); action >= 0; action = await this.next()) {
        this.mark(action);
        await this.game.step(action);
      }
    } catch (error) {
      this.queue.length = 0;
      this.held.clear();
      complain(error);
    } finally {
      this.running = false;
      this.mark();
    }
  }

  async next() {
    while (this.queue.length === 0 && this.held.size > 0) {
      const wait = this.repeatFrom - performance.now();
      if (wait <= 0) {
        // Not more often than the screen shows it.
        await new Promise(requestAnimationFrame);
        return this.held.size > 0 ? this.choice() : -1;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, 20)));
    }
    return this.queue.shift() ?? -1;
  }

  mark(action = this.held.size > 0 ? this.choice() : -1) {
    this.buttons.forEach((button, i) => button.classList.toggle('pressed', i === action));
  }
}

/** Whether what has the focus does something of its own with keys. */
export function ownsKeys(event) {
  const target = event.target;
  if (target.closest('input, [role=application], [role=tab], [role=radio]')) {
    return true;
  }
  return (event.key === ' ' || event.key === 'Enter') && target.closest('button') !== null;
}

function hint(text) {
  const key = document.createElement('kbd');
  key.textContent = text;
  key.setAttribute('aria-hidden', 'true');
  return key;
}
