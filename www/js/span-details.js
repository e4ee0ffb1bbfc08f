// All that is known of one span.

import { el } from './dom.js';
import { clock, duration, nanosToMs } from './format.js';

/** @param {Span} span */
export function spanDetails(span) {
  const own = {
    service: span.service,
    kind: span.kind,
    'starts at': `${clock(nanosToMs(span.start_unix_nano))} (+${duration(span.offset_ms)})`,
    duration: duration(span.duration_ms),
    status: [span.status.code, span.status.message].filter(Boolean).join(': '),
    'span id': span.span_id,
    'parent span id': span.parent_span_id ?? 'none: the trace begins here',
    ...(span.trace_state && { tracestate: span.trace_state }),
  };
  const events = span.events.map((event) => facts(`Event: ${event.name}`, event.attributes));
  return el(
    'div',
    { class: 'facts' },
    el('div', {}, facts('Span', own), ...events, facts('Resource', span.resource)),
    el('div', {}, facts('Attributes', span.attributes))
  );
}

/**
 * @param {string} title
 * @param {Record<string, unknown>} entries
 */
function facts(title, entries) {
  const list = Object.entries(entries);
  if (list.length === 0) return null;
  const rows = list.flatMap(([name, value]) => [el('dt', { text: name }), el('dd', { text: shown(value) })]);
  return el('section', {}, el('h3', { text: title }), el('dl', {}, ...rows));
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
