'use strict';

/* Elements, numbers and tokens: what the other parts draw with. */

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes and children; strings become text, never markup. */
function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A number for reading: up to four significant digits, grouped thousands. */
function number(value) {
  if (value === null || value === undefined) {
    return 'n/a';
  }
  const size = Math.abs(value);
  if (value === 0) {
    return '0';
  }
  if (size < 1e-3 || size >= 1e9) {
    return value.toExponential(2).replace(/\.?0+e/, 'e').replace('e+', 'e').replace('-', '\u2212')
        .replace('e-', 'e\u2212');
  }
  const text = value.toLocaleString('en-US', {
    maximumSignificantDigits: size >= 1e4 && Number.isInteger(value) ? 9 : 4,
  });
  return text.replace('-', '\u2212');
}

function percent(share) {
  const value = 100 * share;
  return (value === 0 ? '0' : value < 0.001 ? '< 0.001' : number(Number(value.toPrecision(3)))) + '\u00a0%';
}

function oneIn(share) {
  if (share <= 0) {
    return 'never';
  }
  return share > 0.5 ? 'most' : '1 in ' + number(Number((1 / share).toPrecision(2)));
}

function duration(seconds) {
  if (seconds < 60) {
    return `${number(Number(seconds.toPrecision(2)))} s`;
  }
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/* What would be invisible or would disturb the line: controls, zero-width and bidi characters. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/**
 * The nodes that show a token's text. With `inline`, line breaks are shown as a sign only; with
 * `dots`, each space carries a dot.
 */
function tokenNodes(text, inline, dots) {
  const nodes = [];
  let plain = '';
  const flush = () => {
    if (plain) {
      nodes.push(plain);
      plain = '';
    }
  };
  const mark = (kind, content) => {
    flush();
    nodes.push(el('span', {class: kind}, content));
  };
  for (const character of text) {
    const code = character.codePointAt(0);
    if (character === '\n') {
      mark(inline ? 'newline' : 'newline break', inline ? '' : '\n');
    } else if (character === '\t') {
      mark(inline ? 'tab' : 'tab wide', inline ? '' : '\t');
    } else if (character === ' ' && dots) {
      mark('space', ' ');
    } else if (character === '\r') {
      mark('byte', 'CR');
    } else if (code >= 0xdc80 && code <= 0xdcff) {
      mark('byte', (code - 0xdc00).toString(16).toUpperCase());
    } else if ((code >= 0xd800 && code <= 0xdfff) || HIDDEN.test(character)) {
      mark('byte', 'U+' + code.toString(16).toUpperCase().padStart(4, '0'));
    } else {
      plain += character;
    }
  }
  flush();
  return nodes.length > 0 ? nodes : [el('span', {class: 'byte'}, 'empty')];
}

/** A token as a chip, with an optional figure behind it. */
function chip(text, figure, kind) {
  return el('span', {class: 'chip ' + (kind || '')},
      el('code', {}, tokenNodes(text, true, true)),
      figure === undefined ? null : el('span', {class: 'figure'}, figure));
}

const tooltip = {
  show(x, y, ...children) {
    const box = document.getElementById('tooltip');
    box.replaceChildren(...children);
    box.hidden = false;
    const width = box.offsetWidth;
    const height = box.offsetHeight;
    const left = Math.min(Math.max(8, x - width / 2), document.documentElement.clientWidth - width - 8);
    const above = y - height - 14;
    box.style.left = left + 'px';
    box.style.top = (above > 4 ? above : y + 20) + 'px';
  },
  hide() {
    document.getElementById('tooltip').hidden = true;
  },
};

window.addEventListener('scroll', tooltip.hide, {passive: true});
