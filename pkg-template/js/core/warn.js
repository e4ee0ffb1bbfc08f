// Warnings on the console: each text once, however often the mistake is made.

import { hear } from './listener.js';

/**
 * Returns a function that writes a warning, unless it has written the same one before.
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
