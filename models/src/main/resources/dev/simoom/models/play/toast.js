/* Short messages at the lower edge, for people and for screen readers. */

const LINGER = 6000;
const MOST = 3;

export function toast(message, kind = '') {
  const box = document.getElementById('toasts');
  const same = [...box.children].find((child) => child.dataset.message === message);
  same?.remove();
  const text = document.createElement('span');
  text.textContent = message;
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = '\u00d7';
  close.setAttribute('aria-label', 'Close this message');
  const node = document.createElement('div');
  node.className = 'toast ' + kind;
  node.dataset.message = message;
  node.append(text, close);
  close.addEventListener('click', () => node.remove());
  box.append(node);
  while (box.children.length > MOST) {
    box.firstElementChild.remove();
  }
  setTimeout(() => node.remove(), LINGER);
}

/** Shows what went wrong. */
export function complain(error) {
  toast(error.message, 'bad');
}

let announcing = 0;

/** Tells screen readers what changed, once it has stopped changing. */
export function announce(text) {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    document.getElementById('announcer').textContent = text;
  }, 500);
}
