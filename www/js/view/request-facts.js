// What a page said of one request: why it is or is not traced, where it happened, and its phases.

import { el } from '../dom.js';
import { clock, duration } from '../format.js';
import { traceContextHint } from '../hints.js';
import { phaseBars } from '../phases.js';
import { statusTag } from './parts.js';
import { address } from './route.js';

/** @param {RumRequest} request */
export function requestFacts(request) {
  const { event } = request;
  const traced = event.trace_context_hint === 'set' || event.trace_context_hint === 'external';
  return el(
    'section',
    { class: 'card reported', 'aria-label': 'What the page reported' },
    el(
      'div',
      { class: 'reported-head' },
      el('h2', { text: 'Reported by the page' }),
      statusTag(request),
      el('span', { class: 'muted', text: `${event.type ?? 'request'}, ${duration(event.duration_ms)}` })
    ),
    el(
      'p',
      { class: 'hint' },
      el('span', { class: traced ? 'tag good' : 'tag warn', text: event.trace_context_hint ?? 'no hint' }),
      el('span', { text: traceContextHint(event.trace_context_hint) })
    ),
    el(
      'div',
      { class: 'reported-in' },
      el('dl', { class: 'pairs' }, ...pairs(event)),
      phaseBars(event) ?? el('p', { class: 'muted', text: 'The browser reported no phases.' })
    )
  );
}

/** @param {RumEvent} event */
function pairs(event) {
  /** @type {[string, string | null, string?][]} */
  const rows = [
    ['request', [event.method, event.url].filter(Boolean).join(' ')],
    ['started', clock(event.timestamp_ms)],
    ['application', event.app.id, address('requests', '', { app: event.app.id })],
    ['view', event.view.name, event.view.name ? address('requests', '', { view: event.view.name }) : undefined],
    ['session', event.session_id, event.session_id ? address('session', event.session_id, { app: event.app.id }) : undefined],
    ['user', event.user_id, event.user_id ? address('requests', '', { user: event.user_id }) : undefined],
    ['message', event.message],
    ['protocol', [event.protocol, event.delivery_type].filter(Boolean).join(', ')],
    ['traceparent', event.traceparent],
    ['tracestate', event.tracestate],
  ];
  return rows
    .filter(([, text]) => text)
    .flatMap(([name, text, href]) => [el('dt', { text: name }), el('dd', {}, href ? el('a', { href, text }) : text)]);
}
