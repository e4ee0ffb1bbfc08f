// Sessions: who was there, and how it went.

import { el } from '../dom.js';
import { ago, clock, count, duration } from '../format.js';
import { gateway as gatewayAt } from '../gateway.js';
import { fill } from './fill.js';
import { filterBar } from './filters.js';
import { head, nothing, nothingYet } from './parts.js';
import { address } from './route.js';
import { TIME_OPTIONS, parameters } from './times.js';

const LIMIT = '100';

/** @type {import('./filters.js').Field[]} */
const FIELDS = [
  { name: 'app', label: 'Application', kind: 'select', facet: 'app' },
  { name: 'user', label: 'User', kind: 'select', facet: 'user' },
  { name: 'since', label: 'Time', kind: 'select', options: TIME_OPTIONS, any: 'all' },
];

/** @type {ViewPage} */
export const sessionsPage = {
  name: 'sessions',
  title: 'Sessions',
  open({ filters }, main, reload) {
    const gateway = gatewayAt('');
    const total = el('span', { class: 'muted', role: 'status' });
    const list = el('ol', { class: 'rows', 'aria-label': 'Sessions, newest first' });
    const empty = el('div', { hidden: true });
    const bar = filterBar({ page: 'sessions', fields: FIELDS, filters, changed: reload });
    main.append(head('Sessions', total), el('section', { class: 'card' }, bar.bar, list, empty));

    async function refresh() {
      const wish = String(filters);
      const asked = parameters(filters);
      asked.set('limit', LIMIT);
      const { sessions } = await gateway.sessions(asked);
      // The reader has changed a filter meanwhile: the read behind this one draws.
      if (String(filters) !== wish) return;
      fill(list, sessions.map(sessionRow));
      total.textContent = count(sessions.length, 'session');
      empty.hidden = sessions.length > 0;
      if (sessions.length === 0) empty.replaceChildren(filters.size > 0 ? nothing('Nothing fits these filters') : nothingYet());
      await bar.offer(gateway.facets);
    }
    return { refresh };
  },
};

/** @param {SessionSummary} session */
function sessionRow(session) {
  const failed = session.error_count > 0;
  return el(
    'li',
    {},
    el(
      'a',
      {
        class: failed ? 'row session failed' : 'row session',
        href: address('session', session.session_id, { app: session.app_id }),
        data: { row: `${session.app_id}/${session.session_id}`, testid: 'session-row' },
      },
      failed
        ? el('span', { class: 'tag bad status', text: count(session.error_count, 'error') })
        : el('span', { class: 'tag good status', text: 'ok' }),
      el(
        'span',
        { class: 'row-name' },
        el('span', { class: 'row-title', text: session.user_id ?? 'unknown user' }),
        el('code', { class: 'muted', text: session.session_id.slice(0, 12) })
      ),
      el('span', { class: 'row-where muted', text: session.app_id }),
      el('span', {
        class: 'row-type muted',
        text: `${count(session.view_count, 'view')}, ${count(session.request_count, 'request')}, ${session.traced_count} traced`,
      }),
      el('span', { class: 'row-time', text: duration(session.end_ms - session.start_ms) }),
      el('span', { class: 'row-when muted', text: ago(session.end_ms), title: clock(session.start_ms) })
    )
  );
}
