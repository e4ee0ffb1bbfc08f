// One session as a time line: its views, and in each the requests in their order.

import { el } from '../dom.js';
import { clock, count, duration } from '../format.js';
import { gateway as gatewayAt } from '../gateway.js';
import { fill } from './fill.js';
import { backTo, head, nothing, requestAddress, statusTag } from './parts.js';
import { address } from './route.js';
import { steps } from './steps.js';

const PAGE = 100;
/** The most that the gateway gives at once. */
const MOST = 500;

/** @type {ViewPage} */
export const sessionPage = {
  name: 'session',
  under: 'sessions',
  open({ id, filters }, main, reload) {
    const gateway = gatewayAt('');
    let wanted = PAGE;
    const content = el('div', {});
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
    main.append(backTo('sessions', 'Sessions'), content, el('div', { class: 'list-end' }, more));

    async function refresh() {
      const asked = new URLSearchParams({ limit: String(wanted) });
      const app = filters.get('app');
      if (app) asked.set('app', app);
      const session = await gateway.session(id, asked);
      if (!session) {
        fill(content, [head('Session not stored'), nothing('It is not here', 'The gateway keeps the newest requests only.')]);
        return;
      }
      document.title = `Session of ${session.user_id ?? 'an unknown user'} · Tracebeam gateway`;
      more.hidden = !session.next || wanted >= MOST;
      fill(content, [heading(session), overview(session), timeLine(session)], JSON.stringify(session));
    }
    return { refresh };
  },
};

/** @param {Session} session */
function heading(session) {
  const user = session.user_id;
  return el(
    'div',
    {},
    head(user ?? 'Unknown user', el('span', { class: 'muted', text: `since ${clock(session.start_ms)}` })),
    el(
      'p',
      { class: 'session-facts' },
      el('a', { href: address('requests', '', { app: session.app_id }), text: session.app_id }),
      el('span', { text: count(session.view_count, 'view') }),
      el('a', {
        href: address('requests', '', { session: session.session_id }),
        text: count(session.request_count, 'request'),
      }),
      el('span', { text: `${session.traced_count} traced` }),
      session.error_count > 0 && el('span', { class: 'tag bad', text: count(session.error_count, 'error') }),
      el('span', { text: duration(session.end_ms - session.start_ms) }),
      el('code', { class: 'muted', text: session.session_id })
    )
  );
}

/**
 * The whole session in one line: views as bands, requests as ticks.
 * @param {Session} session
 */
function overview(session) {
  const total = Math.max(session.end_ms - session.start_ms, 1);
  const at = (/** @type {number} */ ms) => `${Math.min(100, Math.max(0, ((ms - session.start_ms) / total) * 100))}%`;
  const bands = session.views.map((view, place) =>
    el('span', {
      class: `band c${1 + (place % 7)}`,
      title: view.name,
      vars: { left: at(view.start_ms), width: `${((view.end_ms - view.start_ms) / total) * 100}%` },
    })
  );
  const ticks = session.requests.map(({ failed, event }) =>
    el('span', { class: failed ? 'tick failed' : 'tick', vars: { left: at(event.timestamp_ms) } })
  );
  return el(
    'div',
    { class: 'card overview', 'aria-hidden': 'true' },
    el('div', { class: 'bands' }, ...bands),
    el('div', { class: 'ticks' }, ...ticks)
  );
}

/** @param {Session} session */
function timeLine(session) {
  const places = new Map(session.views.map((view, place) => [`${view.id}/${view.name}`, place]));
  return el(
    'ol',
    { class: 'card time-line', 'aria-label': 'Requests in the order in which they began' },
    ...steps(session.requests).map((step) => {
      if (step.kind === 'pause') return el('li', { class: 'pause muted', text: `${duration(step.ms)} later` });
      if (step.kind === 'view') {
        const place = places.get(`${step.event.view.id}/${step.event.view.name}`) ?? 0;
        return el(
          'li',
          { class: `step-view c${1 + (place % 7)}`, data: { testid: 'session-view' } },
          el('span', { class: 'service', text: step.event.view.name ?? 'unnamed view' })
        );
      }
      return el('li', {}, requestRow(step.request, session.start_ms));
    })
  );
}

/**
 * @param {RumRequest} request
 * @param {number} start of the session
 */
function requestRow(request, start) {
  const { id, failed, event } = request;
  return el(
    'a',
    {
      class: failed ? 'step failed' : 'step',
      href: requestAddress(request),
      data: { row: id, testid: 'session-request', traced: String(event.has_span) },
    },
    el('span', { class: 'step-at muted', text: `+${duration(event.timestamp_ms - start)}`, title: clock(event.timestamp_ms) }),
    statusTag(request),
    el('span', { class: 'row-name' }, el('span', { class: 'row-title', text: event.name ?? event.url ?? '(no name)', title: event.url })),
    el('span', { class: 'step-type muted', text: event.type }),
    event.has_span ? el('span', { class: 'tag trace-tag', text: 'trace' }) : el('span', { class: 'tag', text: 'no trace' }),
    el('span', { class: 'row-time', text: duration(event.duration_ms) })
  );
}
