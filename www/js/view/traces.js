// The traces that were touched last: those of pages, and those that began in a service.

import { el } from '../dom.js';
import { ago, count, duration, nanosToMs } from '../format.js';
import { gateway as gatewayAt } from '../gateway.js';
import { fill } from './fill.js';
import { filterBar } from './filters.js';
import { head, meter, nothing, nothingYet } from './parts.js';
import { address } from './route.js';

const PAGE = 50;
/** The most that the gateway gives at once. */
const MOST = 500;

/** @type {import('./filters.js').Field[]} */
const FIELDS = [
  { name: 'q', label: 'Search names', kind: 'search' },
  { name: 'service', label: 'Service', kind: 'select', facet: 'service' },
  {
    name: 'failed',
    label: 'Result',
    kind: 'select',
    options: [
      ['true', 'with errors'],
      ['false', 'without errors'],
    ],
  },
  { name: 'min_duration', label: 'At least (ms)', kind: 'number', any: '0' },
];

/** @type {ViewPage} */
export const tracesPage = {
  name: 'traces',
  title: 'Traces',
  open({ filters }, main, reload) {
    const gateway = gatewayAt('');
    let wanted = PAGE;
    const total = el('span', { class: 'muted', role: 'status' });
    const list = el('ol', { class: 'rows', 'aria-label': 'Traces, newest first' });
    const empty = el('div', { hidden: true });
    const more = el('button', {
      class: 'btn',
      type: 'button',
      text: 'Show more',
      hidden: true,
      on: {
        click() {
          wanted = Math.min(MOST, wanted + PAGE);
          reload();
        },
      },
    });
    const bar = filterBar({ page: 'traces', fields: FIELDS, filters, changed: reload });
    main.append(head('Traces', total), el('section', { class: 'card' }, bar.bar, list, empty, el('div', { class: 'list-end' }, more)));

    async function refresh() {
      const wish = String(filters);
      const asked = new URLSearchParams(filters);
      asked.set('limit', String(wanted));
      const { traces, next } = await gateway.tracePage(asked);
      // The reader has changed a filter meanwhile: the read behind this one draws.
      if (String(filters) !== wish) return;
      const longest = Math.max(...traces.map((trace) => trace.duration_ms));
      fill(
        list,
        traces.map((trace) => traceRow(trace, longest))
      );
      total.textContent = next ? `the last ${traces.length}` : count(traces.length, 'trace');
      more.hidden = !next || wanted >= MOST;
      empty.hidden = traces.length > 0;
      if (traces.length === 0) empty.replaceChildren(filters.size > 0 ? nothing('Nothing fits these filters') : nothingYet());
      await bar.offer(gateway.facets);
    }
    return { refresh };
  },
};

/**
 * @param {TraceSummary} trace
 * @param {number} longest duration in the list, in milliseconds
 */
function traceRow(trace, longest) {
  const failed = trace.error_count > 0;
  return el(
    'li',
    {},
    el(
      'a',
      {
        class: failed ? 'row trace failed' : 'row trace',
        href: address('trace', trace.trace_id),
        data: { row: trace.trace_id, testid: 'trace-row', traceId: trace.trace_id },
      },
      failed
        ? el('span', { class: 'tag bad status', text: count(trace.error_count, 'error') })
        : el('span', { class: 'tag good status', text: 'ok' }),
      el('span', { class: 'row-name' }, el('span', { class: 'row-title', text: trace.root_name || '(no name)' })),
      el('span', { class: 'row-where muted', text: trace.services.join(' → ') }),
      el('span', { class: 'row-type muted', text: count(trace.span_count, 'span') }),
      meter(trace.duration_ms, longest),
      el('span', { class: 'row-time', text: duration(trace.duration_ms) }),
      el('span', { class: 'row-when muted', text: ago(nanosToMs(trace.start_unix_nano)) })
    )
  );
}
