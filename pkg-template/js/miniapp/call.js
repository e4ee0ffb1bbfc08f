// Calls a host's synchronous functions, which some hosts lack and which throw on others.

import { isFunction } from './is.js';

/**
 * Returns what the function `name` answers; an empty object if it does not answer.
 * @param {any} api
 * @param {string} name
 * @param {unknown} [argument]
 * @param {unknown} [second]
 */
export function callHost(api, name, argument, second) {
  try {
    return (isFunction(api[name]) && api[name](argument, second)) || {};
  } catch (_) {
    return {};
  }
}
