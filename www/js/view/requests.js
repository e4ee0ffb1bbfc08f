// The requests of all pages, newest first: what operators see when they open the view.

import { el } from '../dom.js';
import { ago, clock, count, duration } from '../format.js';
import { gateway as gatewayAt } from '../gateway.js';
import { fill } from './fill.js';
import { filterBar } from './filters.js';
import { head, meter, nothing, nothingYet, requestAddress, statusTag } from './parts.js';
import { TIME_OPTIONS, parameters } from './times.js';

const PAGE = 50;
/** The most that the gateway gives at once. */
const MOST = 500;

/** @type {import('./filters.js').Field[]} */
const FIELDS = [
  { name: 'q', label: 'Search names and URLs', kind: 'search' },
  { name: 'app', label: 'Application', kind: 'select', facet: 'app' },
  { name: 'service', label: 'Service', kind: 'select', facet: 'service' },
  {
    name: 'status',
    label: 'Status',
    kind: 'select',
    options: [
      ['2xx', '2xx success'],
      ['3xx', '3xx redirect'],
      ['4xx', '4xx client error'],
      ['5xx', '5xx server error'],
    ],
  },
  { name: 'since', label: 'Time', kind: 'select', options: TIME_OPTIONS, any: 'all' },
  {
    name: 'failed',
    label: 'Result',
    kind: 'select',
    options: [
      ['true', 'failed'],
      ['false', 'succeeded'],
    ],
  },
  { name: 'view', label: 'View', kind: 'select', facet: 'view', rare: true },
  { name: 'user', label: 'User', kind: 'select', facet: 'user', rare: true },
  { name: 'session', label: 'Session', kind: 'text', any: 'id', rare: true },
  { name: 'type', label: 'Type', kind: 'select', facet: 'type', rare: true },
  { name: 'min_duration', label: 'At least (ms)', kind: 'number', any: '0', rare: true },
  { name: 'max_duration', label: 'At most (ms)', kind: 'number', any: 'any', rare: true },
  {
    name: 'traced',
    label: 'Trace',
    kind: 'select',
    options: [
      ['true', 'recorded'],
      ['false', 'not recorded'],
    ],
    rare: true,
  },
];

/** @type {ViewPage} */
export const requestsPage = {
  name: 'requests',
  title: 'Requests',
  open({ filters }, main, reload) {
    const gateway = gatewayAt('');
    let wanted = PAGE;
    const total = el('span', { class: 'muted', role: 'status' });
    const list = el('ol', { class: 'rows', 'aria-label': 'Requests, newest first' });
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
    const bar = filterBar({
      page: 'requests',
      fields: FIELDS,
      filters,
      changed() {
        wanted = PAGE;
        reload();
      },
    });
    main.append(head('Requests', total), el('section', { class: 'card' }, bar.bar, list, empty, el('div', { class: 'list-end' }, more)));

    async function refresh() {
      const wish = String(filters);
      const asked = parameters(filters);
      asked.set('limit', String(wanted));
      const { requests, next } = await gateway.requests(asked);
      // The reader has changed a filter meanwhile: the read behind this one draws.
      if (String(filters) !== wish) return;
      const longest = Math.max(...requests.map(({ event }) => event.duration_ms));
      fill(
        list,
        requests.map((request) => requestRow(request, longest))
      );
      total.textContent = next ? `the last ${requests.length}` : count(requests.length, 'request');
      more.hidden = !next || wanted >= MOST;
      empty.hidden = requests.length > 0;
      if (requests.length === 0) empty.replaceChildren(filters.size > 0 ? nothing('Nothing fits these filters') : nothingYet());
      await bar.offer(gateway.facets);
    }
    return { refresh };
  },
};

/**
 * A row. It is a link, so that it can be opened in another tab.
 * @param {RumRequest} request
 * @param {number} longest duration in the list, in milliseconds
 */
function requestRow(request, longest) {
  const { id, failed, event } = request;
  return el(
    'li',
    {},
    el(
      'a',
      {
        class: failed ? 'row request failed' : 'row request',
        href: requestAddress(request),
        data: { row: id, testid: 'request-row', traced: String(event.has_span) },
      },
      statusTag(request),
      el(
        'span',
        { class: 'row-name' },
        event.method && el('span', { class: 'method', text: event.method }),
        el('span', { class: 'row-title', text: event.name ?? event.url ?? '(no name)', title: event.url })
      ),
      el('span', { class: 'row-where muted', text: [event.app.id, event.view.name].filter(Boolean).join(' · ') }),
      el('span', { class: 'row-type muted', text: event.type }),
      event.has_span ? el('span', { class: 'tag trace-tag', text: 'trace' }) : el('span', { class: 'tag', text: 'no trace' }),
      meter(event.duration_ms, longest),
      el('span', { class: 'row-time', text: duration(event.duration_ms) }),
      el('span', { class: 'row-when muted', text: ago(event.timestamp_ms), title: clock(event.timestamp_ms) })
    )
  );
}
