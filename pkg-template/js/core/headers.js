// The trace headers that an application sets itself. The engine is told of these headers only.

import { plain } from './plain.js';

// As in the engine (src/engine/propagation/own.rs); a test compares the two.
const NAMES =
  'traceparent tracestate baggage b3 x-b3-traceid x-b3-spanid x-b3-parentspanid x-b3-sampled x-b3-flags uber-trace-id sw8 sw8-correlation';

const SPACED = ' ' + NAMES + ' ';

/**
 * The name in lower case if it is a trace header's, otherwise something falsy.
 * @param {unknown} name
 */
export function traceHeader(name) {
  const lower = typeof name === 'string' && name.toLowerCase();
  return lower && SPACED.indexOf(' ' + lower + ' ') >= 0 && lower;
}

/**
 * Adds a header as it will be on the wire: repeated headers are joined, and the value is trimmed.
 * @param {Record<string, string>} own
 * @param {string} name In lower case.
 * @param {unknown} given
 */
export function addHeader(own, name, given) {
  const value = `${given}`.trim();
  own[name] = name in own ? own[name] + ', ' + value : value;
}

/**
 * @param {string[]} headers [name, value, …]
 * @param {(name: string, value: string) => void} then
 */
export function eachHeader(headers, then) {
  for (let i = 0; i < headers.length; i += 2) then(headers[i], headers[i + 1]);
}

// The headers as `name NUL value` pairs for the engine. A NUL within a value is left out; the native function refuses it.
export function pairsOf(/** @type {Record<string, string>} */ own) {
  let text = '';
  for (const name in own) text += (text && '\0') + name + '\0' + plain(own[name]);
  return text;
}
