// Which services call which, as a graph and as a table.

import { el } from '../dom.js';
import { count, duration } from '../format.js';
import { gateway as gatewayAt } from '../gateway.js';
import { fill } from './fill.js';
import { filterBar } from './filters.js';
import { graph, rate } from './graph.js';
import { head, nothing } from './parts.js';
import { TIME_OPTIONS, windowMs } from './times.js';

/** The window unless the address names one. */
const HOUR = 3_600_000;
/** Below it the graph is drawn from top to bottom. */
const NARROW = matchMedia('(max-width: 720px)');

/** @type {ViewPage} */
export const topologyPage = {
  name: 'topology',
  title: 'Topology',
  open({ filters }, main, reload) {
    const gateway = gatewayAt('');
    const total = el('span', { class: 'muted', role: 'status' });
    const drawing = el('div', { class: 'graph-in', tabindex: '0', role: 'region', 'aria-label': 'Graph' });
    const table = el('div', { class: 'table-in' });
    const bar = filterBar({
      page: 'topology',
      fields: [
        { name: 'since', label: 'Time', kind: 'select', options: TIME_OPTIONS.filter(([value]) => value !== '1h'), any: 'last hour' },
      ],
      filters,
      changed: reload,
    });
    main.append(head('Topology', total), el('section', { class: 'card' }, bar.bar, drawing), table);
    NARROW.onchange = reload;

    async function refresh() {
      const now = Date.now();
      const length = windowMs(filters.get('since')) ?? HOUR;
      const topology = await gateway.topology(new URLSearchParams({ from: String(now - length), to: String(now) }));
      const { nodes, edges } = topology;
      total.textContent = `${count(nodes.length, 'node')}, ${count(edges.length, 'edge')}`;
      if (nodes.length === 0) {
        fill(drawing, [nothing('No calls in this time', 'Choose a longer time.')]);
        fill(table, []);
        return;
      }
      const data = JSON.stringify([nodes, edges]);
      fill(drawing, [graph(topology, NARROW.matches)], `${NARROW.matches}${data}`);
      fill(
        table,
        [nodeTable(topology), edges.length > 0 ? edgeTable(topology) : ''].filter((part) => part instanceof Node),
        data
      );
    }
    return { refresh };
  },
};

const CALLS = ['Calls', 'Rate', 'Errors', 'p50', 'p95'];

/** @param {Topology} topology */
function nodeTable({ nodes }) {
  const rows = nodes.map((node) => [`${node.name} (${node.kind})`, ...calls(node)]);
  return table('Nodes', ['Node', ...CALLS], rows);
}

/** @param {Topology} topology */
function edgeTable({ nodes, edges }) {
  const name = (/** @type {string} */ id) => nodes.find((node) => node.id === id)?.name ?? id;
  return table(
    'Calls',
    ['From → to', ...CALLS],
    edges.map((edge) => [`${name(edge.from)} → ${name(edge.to)}`, ...calls(edge)])
  );
}

/** @param {Calls} calls */
function calls({ calls, errors, per_minute, p50_ms, p95_ms }) {
  if (calls === 0) return ['0', '–', '–', '–', '–'];
  return [String(calls), rate(per_minute), `${errors} (${((errors / calls) * 100).toFixed(0)} %)`, duration(p50_ms), duration(p95_ms)];
}

/**
 * @param {string} caption
 * @param {string[]} columns
 * @param {string[][]} rows
 */
function table(caption, columns, rows) {
  return el(
    'section',
    { class: 'card table-card', tabindex: '0', role: 'region', 'aria-label': caption },
    el(
      'table',
      {},
      el('caption', { text: caption }),
      el('thead', {}, el('tr', {}, ...columns.map((text) => el('th', { scope: 'col', text })))),
      el(
        'tbody',
        {},
        ...rows.map(([first, ...rest]) => el('tr', {}, el('th', { scope: 'row', text: first }), ...rest.map((text) => el('td', { text }))))
      )
    )
  );
}
