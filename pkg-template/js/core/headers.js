// The trace headers that an application sets itself: the engine hears of them, and of nothing else.

import { plain } from './plain.js';

// The engine's list (src/engine/propagation): a test compares the two.
const TRACE_HEADER =
  /^(traceparent|tracestate|baggage|b3|x-b3-(traceid|spanid|parentspanid|sampled|flags)|uber-trace-id|sw8|sw8-correlation)$/;

/**
 * The name in lower case where it is a trace header's; otherwise nothing.
 * @param {unknown} name
 */
export function traceHeader(name) {
  const lower = typeof name === 'string' && name.toLowerCase();
  return lower && TRACE_HEADER.test(lower) && lower;
}

/**
 * Adds a header as it will be on the wire: repeated ones are joined, whitespace around the value is not sent.
 * @param {Record<string, string>} own
 * @param {string} name In lower case.
 * @param {unknown} given
 */
export function addHeader(own, name, given) {
  const value = `${given}`.trim();
  own[name] = name in own ? own[name] + ', ' + value : value;
}

// `name NUL value` pairs for the engine. A NUL in a value is an error that the native function reports.
export function pairsOf(/** @type {Record<string, string>} */ own) {
  let text = '';
  for (const name in own) text += (text && '\0') + name + '\0' + plain(own[name]);
  return text;
}
