// A host's functions that answer at once: some hosts lack them, on others they throw.

import { isFunction } from './is.js';

/**
 * What `name` answers; an empty object where there is no answer.
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
