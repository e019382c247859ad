/* Puts the page together; a section without data does not appear. */

function section(id, title, lead, ...children) {
  return {id, title, node: el('section', {id, 'aria-labelledby': id + '-title'},
      el('h2', {id: id + '-title'}, title), lead ? el('p', {class: 'lead'}, lead) : null, ...children)};
}

function metricCard(entry) {
  return el('div', {class: 'panel metric', 'data-key': entry.key},
      el('dt', {}, entry.label),
      el('dd', {}, el('span', {class: 'value'}, entry.text),
          entry.unit ? el('span', {class: 'unit'}, '\u00a0' + entry.unit) : null,
          el('p', {class: 'meaning'}, entry.meaning)));
}

function crossEntropy(group) {
  const most = Math.max(...group.entries.map((entry) => entry.value || 0));
  const clean = group.entries.find((entry) => entry.key === 'sae.ce_clean');
  return el('figure', {class: 'panel'},
      el('figcaption', {}, el('h3', {}, group.name), el('span', {class: 'unit'}, 'nats per token, lower is better')),
      el('dl', {class: 'bars'}, group.entries.map((entry) => {
        const more = clean && entry !== clean ? entry.value - clean.value : null;
        return el('div', {'data-key': entry.key}, el('dt', {}, entry.label, el('span', {class: 'note'}, entry.meaning)),
            el('dd', {}, el('span', {class: 'bar-track', 'aria-hidden': 'true'},
                el('span', {class: 'bar-fill', style: `width:${most > 0 ? (100 * entry.value / most).toFixed(1) : 0}%`})),
            el('span', {class: 'bar-value'}, entry.text, more === null ? null
              : el('span', {class: 'note'}, `${more < 0 ? '\u2212' : '+'}${Math.abs(more).toFixed(3)}`))));
      })));
}

function results(data) {
  const parts = data.metrics.map((group) => group.id === 'CROSS_ENTROPY' ? crossEntropy(group)
    : el('div', {class: 'metric-group'}, el('h3', {}, group.name),
        el('dl', {class: 'metrics'}, group.entries.map(metricCard))));
  return parts.length === 0 ? null : section('results', 'Results', 'Measured on held-out data.',
      el('div', {class: 'results'}, parts));
}

function training(data) {
  return data.charts.length === 0 ? null : section('training', 'Training',
      'Point at a curve, or focus a chart and use the arrow keys, to read single steps.',
      el('div', {class: 'charts'}, data.charts.map(lineChart)));
}

function densities(data) {
  if (!data.densities) {
    return null;
  }
  const plot = responsive(el('div', {class: 'plot'}), (width) => densityPlot(data.densities, width));
  return section('densities', 'How often features are active',
      'Every feature of the dictionary by the share of positions on which it is active. A healthy dictionary has '
      + 'one broad hill, few features that are nearly always on, and few that never are.',
      el('figure', {class: 'panel'}, plot));
}

function features(data) {
  if (data.features.length === 0) {
    return null;
  }
  const withText = data.features.some((feature) => feature.contexts.length > 0);
  return section('features', 'Features',
      withText
        ? 'Each feature with the held-out text where it was most active. Stronger shading means more active; the outlined '
          + 'token is the one the context was chosen for.'
        : 'Each feature with how often and how strongly it is active.',
      featureBrowser(data));
}

function configuration(data) {
  const total = data.stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const longest = Math.max(0, ...data.stages.map((stage) => stage.seconds));
  const stages = data.stages.length === 0 ? [] : [el('div', {class: 'panel'},
      el('h3', {}, 'Time', el('span', {class: 'unit'}, duration(total) + ' in all')),
      el('dl', {class: 'stages'}, data.stages.map((stage) => el('div', {}, el('dt', {}, stage.name),
          el('dd', {}, el('span', {class: 'bar-track', 'aria-hidden': 'true'}, el('span', {class: 'bar-fill',
            style: `width:${longest > 0 ? (100 * stage.seconds / longest).toFixed(1) : 0}%`})), duration(stage.seconds))))))];
  const groups = data.configuration.map((group) => el('div', {class: 'panel'}, el('h3', {}, group.name),
      el('dl', {class: 'settings'}, group.entries.map(([name, value]) =>
        el('div', {}, el('dt', {}, name), el('dd', {}, value))))));
  const parts = [...groups, ...stages];
  return parts.length === 0 ? null
    : section('run', groups.length > 0 ? 'Run' : 'Time', null, el('div', {class: 'run'}, parts));
}

function start() {
  const data = JSON.parse(document.getElementById('data').textContent);
  document.getElementById('title').textContent = data.title;
  document.getElementById('summary').textContent = data.summary;
  const sections = [results, training, densities, features, configuration]
      .map((make) => make(data)).filter((made) => made !== null);
  document.getElementById('main').append(...sections.map((made) => made.node));
  if (sections.length > 1) {
    document.getElementById('contents').append(el('ul', {}, sections.map((made) =>
      el('li', {}, el('a', {href: '#' + made.id}, made.title)))));
  }
}

start();
