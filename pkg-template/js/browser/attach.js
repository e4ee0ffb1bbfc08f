// One agent per page, even if the agent is loaded by a tag and by a bundle, by two applications, or in two versions. The first
// one stays; the others get its interface.

import { apiOf } from './api.js';

// The number is the version of this convention, so that different versions of the agent find each other.
const MARK = Symbol.for('tracebeam:1');

/**
 * Starts the page's agent, or finds the running one. Returns its interface.
 * @param {any} scope
 * @param {import('./agent.js').Instantiate} instantiate
 * @param {unknown} config
 */
export function attach(scope, instantiate, config) {
  if (!scope[MARK]) Object.defineProperty(scope, MARK, { value: apiOf(scope, instantiate) });
  return scope[MARK].init(config);
}
