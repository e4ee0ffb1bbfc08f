// The list of traces: which of them are shown, and a row for each.

import { el } from '../dom.js';
import { ago, count, duration, nanosToMs } from '../format.js';

/**
 * Traces that fit the filter text and the switch.
 * @param {TraceSummary[]} traces
 * @param {string} text
 * @param {boolean} onlyErrors
 */
export function chosen(traces, text, onlyErrors) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return traces.filter((trace) => {
    const about = [trace.root_name, trace.trace_id, ...trace.services].join(' ').toLowerCase();
    return (!onlyErrors || trace.error_count > 0) && words.every((word) => about.includes(word));
  });
}

/**
 * A row. It is a link, so that a trace can be opened in another tab and its address be sent to someone.
 * @param {TraceSummary} trace
 * @param {number} longest duration in the list, in milliseconds
 * @param {boolean} isOpen
 */
export function traceRow(trace, longest, isOpen) {
  const failed = trace.error_count > 0;
  return el(
    'li',
    {},
    el(
      'a',
      {
        class: failed ? 'trace failed' : 'trace',
        href: `#${trace.trace_id}`,
        'aria-current': isOpen ? 'true' : null,
        data: { testid: 'trace-row', traceId: trace.trace_id },
      },
      el('span', { class: 'trace-name', text: trace.root_name || '(no name)' }),
      el('span', { class: 'trace-time', text: duration(trace.duration_ms) }),
      el('span', { class: 'trace-services muted', text: trace.services.join(' → ') }),
      el('span', { class: 'trace-when muted', text: ago(nanosToMs(trace.start_unix_nano)) }),
      el(
        'span',
        { class: 'trace-facts' },
        el('span', { class: 'meter', vars: { part: `${meter(trace.duration_ms, longest)}%` }, 'aria-hidden': 'true' }),
        failed && el('span', { class: 'tag bad', text: count(trace.error_count, 'error') }),
        el('span', { class: 'muted', text: count(trace.span_count, 'span') })
      )
    )
  );
}

/**
 * Durations differ by orders of magnitude, so the meter is logarithmic.
 * @param {number} ms
 * @param {number} longest
 */
function meter(ms, longest) {
  return Math.max(2, (Math.log1p(ms) / Math.log1p(Math.max(longest, 1))) * 100);
}
