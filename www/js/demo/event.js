// The event that the agent sent, as the gateway stored it.

import { el, freshId } from '../dom.js';
import { duration } from '../format.js';
import { traceparent } from './headers.js';
import { traceContextHint } from '../hints.js';
import { phaseBars } from '../phases.js';

/** @param {RumEvent} event */
export function eventReport(event) {
  const rows = {
    request: [event.method, event.url].filter(Boolean).join(' '),
    outcome: [event.outcome?.replaceAll('_', ' '), event.status_code].filter(Boolean).join(', '),
    duration: duration(event.duration_ms),
    protocol: event.protocol,
    view: event.view.name,
    session: event.session_id,
    tracestate: event.tracestate,
  };
  const facts = Object.entries(rows).filter(([, text]) => text);
  return el(
    'section',
    { class: 'event' },
    el('h3', {}, el('span', { class: 'service c0', text: 'agent' }), ' reported'),
    hint(event),
    el(
      'dl',
      { class: 'headers' },
      event.traceparent && el('dt', { text: 'traceparent' }),
      event.traceparent && el('dd', {}, ...traceparent(event.traceparent)),
      ...facts.flatMap(([name, text]) => [el('dt', { text: name }), el('dd', { text })])
    ),
    phaseBars(event),
    wholeEvent(event)
  );
}

/** @param {RumEvent} event */
function hint(event) {
  const good = event.trace_context_hint === 'set' || event.trace_context_hint === 'external';
  return el(
    'p',
    { class: 'hint' },
    el('span', { class: good ? 'tag good' : 'tag warn', text: event.trace_context_hint ?? 'no hint' }),
    el('span', { text: traceContextHint(event.trace_context_hint) })
  );
}

/** @param {RumEvent} event */
function wholeEvent(event) {
  const id = freshId('event');
  const pre = el('pre', { id, class: 'json', tabindex: '0', hidden: true, 'aria-label': 'The event as JSON' });
  const button = el('button', {
    class: 'link',
    type: 'button',
    'aria-expanded': 'false',
    'aria-controls': id,
    text: 'Show the whole event',
    on: {
      click() {
        pre.hidden = !pre.hidden;
        if (!pre.hidden) pre.textContent = JSON.stringify(event, null, 2);
        button.setAttribute('aria-expanded', String(!pre.hidden));
        button.textContent = pre.hidden ? 'Show the whole event' : 'Hide the whole event';
      },
    },
  });
  return el('div', {}, button, pre);
}
