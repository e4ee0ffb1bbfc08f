// All that is known of one span.

import { el } from './dom.js';
import { clock, duration, nanosToMs } from './format.js';
import { phaseBars, phasesOf } from './phases.js';

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
  const start = nanosToMs(span.start_unix_nano);
  const events = span.events.map((event) => {
    const after = duration(Math.max(0, nanosToMs(event.time_unix_nano) - start));
    return section(`Event: ${event.name}`, event.attributes, el('span', { class: 'when', text: `after ${after}` }));
  });
  return el(
    'div',
    {},
    phaseBars(phasesOf(span)),
    el(
      'div',
      { class: 'facts' },
      el('div', {}, section('Span', own), ...events, ...span.links.map(link), section('Resource', span.resource)),
      el('div', {}, section('Attributes', span.attributes))
    )
  );
}

/**
 * A pointer to another span. Its trace may be stored here, or not.
 * @param {Span['links'][number]} link
 */
function link({ trace_id, span_id, attributes }) {
  const href = el('a', { href: `/#/trace/${trace_id}`, text: trace_id, data: { testid: 'span-link' } });
  return section('Link to another span', { 'trace id': href, 'span id': span_id, ...attributes });
}

/**
 * @param {string} title
 * @param {Record<string, unknown>} entries an element stands for itself
 * @param {HTMLElement} [aside]
 */
function section(title, entries, aside) {
  const list = Object.entries(entries);
  if (list.length === 0 && !aside) return null;
  const rows = list.flatMap(([name, value]) => [
    el('dt', { text: name }),
    value instanceof Element ? el('dd', {}, value) : el('dd', { text: shown(value) }),
  ]);
  return el('section', {}, el('h3', { text: title }, aside ?? null), rows.length > 0 && el('dl', {}, ...rows));
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
