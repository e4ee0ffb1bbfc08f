// The console's lines: each mistake is named once, however often it is made.

import { hear } from './listener.js';

/**
 * Returns a function that warns of a text, once.
 * @param {Console} console
 */
export function warnerOf(console) {
  /** @type {Record<string, number>} */
  const warned = {};
  return (/** @type {string} */ text) => {
    if (!warned[text]) {
      console.warn('[tracebeam] ' + text);
      if (__RUST__) hear(text);
    }
    warned[text] = 1;
  };
}
