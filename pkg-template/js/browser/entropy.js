// Random bytes for the engine's ids, drawn for many requests at a time.

import { feed } from '../core/door.js';

const BYTES = 1024;
const REQUESTS = 20;

/**
 * Returns a function to call with each request's number, and with 1 before the first request.
 * @param {any} scope
 */
export function feederOf({ crypto }) {
  return (/** @type {number} */ id) => {
    if (id % REQUESTS === 1) feed(BYTES, (bytes) => crypto.getRandomValues(bytes));
  };
}
