/* One of several buttons is chosen, as with tabs and radio buttons: arrow keys move the choice. */

const MOVES = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1};

/**
 * Lets people choose; the one whose attribute says so is chosen first.
 *
 * @returns a function that chooses a button, or with null none
 */
export function choose(buttons, attribute, chosen) {
  function select(button) {
    buttons.forEach((each) => {
      each.setAttribute(attribute, String(each === button));
      each.tabIndex = each === (button ?? buttons[0]) ? 0 : -1;
    });
    if (button) {
      chosen(button);
    }
  }
  buttons.forEach((button, i) => {
    button.addEventListener('click', () => select(button));
    button.addEventListener('keydown', (event) => {
      const move = MOVES[event.key];
      if (move) {
        event.preventDefault();
        const next = buttons[(i + move + buttons.length) % buttons.length];
        next.focus();
        select(next);
      }
    });
  });
  select(buttons.find((button) => button.getAttribute(attribute) === 'true') ?? null);
  return select;
}
