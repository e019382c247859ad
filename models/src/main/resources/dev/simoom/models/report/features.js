/* The feature browser: a list to sort and search, and the card of the chosen feature. */

const SORTS = {
  max: ['Strongest activation', (a, b) => b.max - a.max],
  frequent: ['Most frequent', (a, b) => b.density - a.density],
  rare: ['Rarest', (a, b) => a.density - b.density],
  id: ['Feature number', (a, b) => a.id - b.id],
};

const CONTEXTS_AT_FIRST = 6;

function featureBrowser(data) {
  const state = {
    data,
    features: data.features,
    withText: data.features.some((feature) => feature.contexts.length > 0),
    unit: data.features.some((feature) => feature.contexts.length > 0) ? 'tokens' : 'rows',
    sort: 'max', query: '', shown: [], selected: null, unfolded: false, breaks: true,
  };
  const max = Math.max(...data.features.map((feature) => feature.max));
  state.rows = new Map(data.features.map((feature) => [feature.id, featureRow(state, feature, max)]));
  state.list = el('ul', {class: 'feature-list', 'aria-label': 'Features'});
  state.list.addEventListener('keydown', (event) => moveInList(state, event));
  state.count = el('p', {class: 'count', role: 'status'});
  state.card = el('article', {class: 'panel card', tabindex: -1, 'aria-live': 'off'});
  const body = el('div', {class: 'browser'},
      el('div', {class: 'chooser'}, controls(state), state.count, state.list), state.card);
  const wanted = Number((location.hash.match(/^#feature-(\d+)$/) || [])[1]);
  refresh(state);
  const first = data.features.find((feature) => feature.id === wanted) || state.shown[0].feature;
  select(state, first, false);
  if (first.id === wanted) {
    requestAnimationFrame(() => body.scrollIntoView());
  }
  window.addEventListener('hashchange', () => {
    const id = Number((location.hash.match(/^#feature-(\d+)$/) || [])[1]);
    const feature = data.features.find((candidate) => candidate.id === id);
    if (feature) {
      select(state, feature, false);
    }
  });
  return body;
}

function controls(state) {
  const sort = el('select', {id: 'sort'}, Object.entries(SORTS).map(([key, [label]]) =>
      el('option', {value: key}, label)));
  sort.addEventListener('change', () => {
    state.sort = sort.value;
    refresh(state);
  });
  const sortField = el('div', {class: 'field'}, el('label', {for: 'sort'}, 'Sort by'), sort);
  if (!state.withText) {
    return el('div', {class: 'controls'}, sortField);
  }
  const search = el('input', {id: 'search', type: 'search', placeholder: 'e.g. return', spellcheck: 'false',
    autocomplete: 'off', autocapitalize: 'off', 'aria-describedby': 'search-hint'});
  search.addEventListener('input', () => {
    state.query = search.value;
    refresh(state);
    renderCard(state);
  });
  search.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      focusRow(state, 0);
    }
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, select, textarea');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    }
  });
  return el('div', {class: 'controls', role: 'search'},
      el('div', {class: 'field grow'}, el('label', {for: 'search'}, 'Search by token'), search,
          el('p', {id: 'search-hint', class: 'hint'}, 'Also #12 for a number, \\n for a line break. Press / to search.')),
      sortField);
}

function featureRow(state, feature, max) {
  const peaks = peakTokens(state, feature);
  const button = el('button', {type: 'button', tabindex: -1, 'data-id': feature.id},
      el('span', {class: 'row-head'}, el('span', {class: 'id'}, '#' + feature.id),
          el('span', {class: 'peaks'}, peaks.slice(0, 3).map((token) => chip(token)))),
      el('span', {class: 'row-foot'},
          el('span', {class: 'meter', 'aria-hidden': 'true'},
              el('span', {style: `width:${max > 0 ? Math.max(0, 100 * feature.max / max).toFixed(1) : 0}%`})),
          el('span', {class: 'why'})));
  button.addEventListener('click', () => select(state, feature, true));
  return {feature, button, item: el('li', {}, button), why: button.querySelector('.why')};
}

/** The tokens on which the feature's contexts peak, the most common first. */
function peakTokens(state, feature) {
  const seen = new Map();
  for (const context of feature.contexts) {
    const token = state.data.tokens[context.tokens[context.peak]];
    seen.set(token, (seen.get(token) || 0) + 1);
  }
  return [...seen].sort((a, b) => b[1] - a[1]).map(([token]) => token);
}

/* ---- search ---- */

/** The text to look for; a query without capitals matches either case. */
function needle(query) {
  const text = query.replace(/\\n/g, '\n').replace(/\\t/g, '\t');
  const exact = text !== text.toLowerCase();
  return {text, fold: (other) => (exact ? other : other.toLowerCase())};
}

function matching(state) {
  if (state.query === '') {
    return state.features.map((feature) => ({feature, rank: 0, why: ''}));
  }
  const id = state.query.match(/^#(\d+)$/);
  if (id) {
    return state.features.filter((feature) => String(feature.id).startsWith(id[1]))
        .map((feature) => ({feature, rank: 0, why: ''}));
  }
  const {text, fold} = needle(state.query);
  const hit = state.data.tokens.map((token) => fold(token).includes(text));
  return state.features.map((feature) => ({feature, ...reason(state, feature, hit, text, fold)}))
      .filter((match) => match.rank < 9);
}

function reason(state, feature, hit, text, fold) {
  const peaks = feature.contexts.filter((context) => hit[context.tokens[context.peak]]).length;
  if (peaks > 0) {
    return {rank: 1 - peaks / (feature.contexts.length + 1), why: `peaks on it in ${peaks} of ${feature.contexts.length}`};
  }
  if (feature.promoted.some(([token]) => hit[token])) {
    return {rank: 2, why: 'promotes it'};
  }
  const within = feature.contexts.filter((context) => context.tokens.some((token) => hit[token])
      || fold(contextText(state, context)).includes(text)).length;
  return within > 0
    ? {rank: 4 - within / (feature.contexts.length + 1), why: `in ${within} of ${feature.contexts.length} contexts`}
    : {rank: 9, why: ''};
}

function contextText(state, context) {
  if (context.text === undefined) {
    context.text = context.tokens.map((token) => state.data.tokens[token]).join('');
  }
  return context.text;
}

/* ---- list ---- */

function refresh(state) {
  const order = SORTS[state.sort][1];
  state.shown = matching(state).sort((a, b) =>
    Math.floor(a.rank) - Math.floor(b.rank) || order(a.feature, b.feature) || a.feature.id - b.feature.id);
  state.list.replaceChildren(...state.shown.map((match) => {
    const row = state.rows.get(match.feature.id);
    row.why.textContent = match.why || `max ${number(match.feature.max)} \u00b7 ${oneIn(match.feature.density)}`;
    return row.item;
  }));
  const count = state.shown.length;
  state.count.textContent = state.query === ''
    ? `${number(count)} features`
    : count === 0 ? 'No feature matches' : `${number(count)} of ${number(state.features.length)} features`;
  keepOneStop(state);
  state.list.scrollTop = 0;
}

/** Exactly one row is reachable with Tab: the chosen one, or else the first. */
function keepOneStop(state) {
  const visible = state.shown.some((match) => match.feature === state.selected);
  state.shown.forEach((match, i) => {
    const {button} = state.rows.get(match.feature.id);
    button.tabIndex = (visible ? match.feature === state.selected : i === 0) ? 0 : -1;
  });
}

function moveInList(state, event) {
  const at = state.shown.findIndex((match) => match.feature.id === Number(event.target.dataset.id));
  const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: state.shown.length - 1}[event.key];
  if (to !== undefined) {
    event.preventDefault();
    if (to < 0) {
      const search = document.getElementById('search');
      (search || event.target).focus();
    } else {
      focusRow(state, Math.min(to, state.shown.length - 1));
    }
  }
}

function focusRow(state, index) {
  if (state.shown[index]) {
    select(state, state.shown[index].feature, false);
    state.rows.get(state.shown[index].feature.id).button.focus();
  }
}

function select(state, feature, reveal) {
  if (state.selected) {
    state.rows.get(state.selected.id).button.removeAttribute('aria-current');
  }
  const changed = state.selected !== null;
  state.selected = feature;
  state.unfolded = false;
  state.rows.get(feature.id).button.setAttribute('aria-current', 'true');
  keepOneStop(state);
  renderCard(state);
  if (changed) {
    history.replaceState(null, '', '#feature-' + feature.id);
  }
  if (reveal && state.card.getBoundingClientRect().top > innerHeight * 0.6) {
    state.card.scrollIntoView({block: 'start'});
    state.card.focus({preventScroll: true});
  }
}

/** Chooses the row before or after, wherever the focus is. */
function step(state, by) {
  const at = state.shown.findIndex((match) => match.feature === state.selected);
  const count = state.shown.length;
  if (count > 0) {
    const to = at < 0 ? 0 : (at + by + count) % count;
    select(state, state.shown[to].feature, false);
    state.rows.get(state.shown[to].feature.id).item.scrollIntoView({block: 'nearest'});
    state.card.querySelector(by < 0 ? '.previous' : '.next').focus();
  }
}

/* ---- card ---- */

function renderCard(state) {
  const feature = state.selected;
  const fact = (term, value, note) => el('div', {}, el('dt', {}, term),
      el('dd', {}, value, note ? el('span', {class: 'note'}, note) : null));
  const seldom = feature.density > 0 && feature.density <= 0.5 ? oneIn(feature.density) : '';
  state.card.replaceChildren(
      el('header', {class: 'card-head'}, el('h3', {}, `Feature ${feature.id}`),
          el('div', {class: 'steps'},
              el('button', {type: 'button', class: 'previous', onclick: () => step(state, -1),
                'aria-label': 'Previous feature'}, '\u2190'),
              el('button', {type: 'button', class: 'next', onclick: () => step(state, 1),
                'aria-label': 'Next feature'}, '\u2192'))),
      el('dl', {class: 'facts'},
          fact('Active on', `${percent(feature.density)} of ${state.unit}`, seldom),
          fact('Strongest', number(feature.max)),
          fact('Mean when active', number(feature.mean))),
      ...[histogramPart(feature), weightsPart(state, feature), contextsPart(state, feature)]
          .filter((part) => part !== null));
}

function histogramPart(feature) {
  if (!feature.histogram) {
    return null;
  }
  const plot = responsive(el('div', {class: 'plot'}), (width) => activationPlot(feature, width));
  return el('section', {}, el('h4', {}, 'How strongly it is active'), plot);
}

function weightsPart(state, feature) {
  const column = (title, weights, kind) => weights.length === 0 ? null
    : el('div', {}, el('h4', {}, title), el('ul', {class: 'chips'}, weights.map(([token, weight]) =>
        el('li', {}, chip(state.data.tokens[token], (weight > 0 ? '+' : '') + number(weight), kind)))));
  if (feature.promoted.length + feature.suppressed.length === 0) {
    return null;
  }
  return el('section', {class: 'weights'},
      column('Tokens it promotes', feature.promoted, 'for'),
      column('Tokens it suppresses', feature.suppressed, 'against'));
}

function contextsPart(state, feature) {
  if (feature.contexts.length === 0) {
    return null;
  }
  const shown = state.unfolded ? feature.contexts : feature.contexts.slice(0, CONTEXTS_AT_FIRST);
  const rest = feature.contexts.length - shown.length;
  const toggle = el('input', {type: 'checkbox', id: 'breaks'});
  toggle.checked = state.breaks;
  toggle.addEventListener('change', () => {
    state.breaks = toggle.checked;
    renderCard(state);
    document.getElementById('breaks').focus();
  });
  const more = rest === 0 ? null : el('button', {type: 'button', class: 'more', onclick: () => {
    state.unfolded = true;
    renderCard(state);
    state.card.querySelectorAll('.context')[CONTEXTS_AT_FIRST].focus();
  }}, `Show ${rest} more`);
  return el('section', {},
      el('div', {class: 'contexts-head'}, el('h4', {}, 'Where it is most active'),
          el('div', {class: 'scale'}, '0', el('span', {class: 'ramp', 'aria-hidden': 'true'}), number(feature.max)),
          el('label', {class: 'check'}, toggle, 'Line breaks')),
      el('ol', {class: 'contexts'}, shown.map((context) => contextItem(state, feature, context))), more);
}

function contextItem(state, feature, context) {
  const {text, fold} = needle(state.query);
  const code = el('code', {}, context.tokens.map((index, i) => {
    const token = state.data.tokens[index];
    const activation = context.activations[i];
    const share = feature.max > 0 ? Math.min(1, Math.max(0, activation / feature.max)) : 0;
    const blank = token.trim() === '';
    const classes = ['token', share > 0 ? 'active' : '', i === context.peak ? 'peak' : '',
      text !== '' && fold(token).includes(text) ? 'hit' : ''].filter(Boolean).join(' ');
    return el('span', {class: classes, 'data-at': i,
      style: share > 0 ? `--share:${(8 + 92 * share).toFixed(1)}%` : null},
    tokenNodes(token, !state.breaks, blank && (share > 0 || i === context.peak)));
  }));
  code.addEventListener('pointerover', (event) => {
    const span = event.target.closest('.token');
    if (span) {
      const activation = context.activations[span.dataset.at];
      tooltip.show(event.clientX, event.clientY, chip(state.data.tokens[context.tokens[span.dataset.at]]),
          activation > 0 ? ` ${number(activation)}, ${percent(activation / feature.max)} of the maximum` : ' not active');
    }
  });
  code.addEventListener('pointerleave', tooltip.hide);
  return el('li', {class: 'context', tabindex: -1},
      el('p', {class: 'source'}, el('span', {class: 'document'}, context.document),
          el('span', {}, `token ${number(context.offset + context.peak)} \u00b7 ${number(context.activations[context.peak])}`)),
      el('pre', {}, code));
}
