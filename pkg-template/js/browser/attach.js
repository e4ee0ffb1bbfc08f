// One agent a page, however often it is loaded: by a tag and a bundle, by two applications on one
// page, in two versions. The first stays; the others get its interface.

import { apiOf } from './api.js';

// The number is this convention's: a later version of the agent finds an earlier one.
const MARK = Symbol.for('tracebeam:1');

/**
 * Starts the page's agent, or finds the one that runs. Returns its interface.
 * @param {any} scope
 * @param {import('./agent.js').Instantiate} instantiate
 * @param {unknown} config
 */
export function attach(scope, instantiate, config) {
  if (!scope[MARK]) Object.defineProperty(scope, MARK, { value: apiOf(scope, instantiate) });
  return scope[MARK].init(config);
}
