// What the package exports. Importing it does nothing, and neither do its methods before init, or where there is no page. If a
// script tag or another copy of the package has started an agent, this object uses that one.

import { attach } from './attach.js';

// The methods of api.js other than init; tests/js/facade.test.mjs compares the two.
export const METHODS =
  'flush stop setConfig getConfig setUser setView sendEvent sendResource getTraceContext sendCustom sendException sendView'.split(' ');

// The answers where there is no agent.
/** @type {Record<string, () => any>} */
const ABSENT = { getConfig: () => ({}), getTraceContext: () => ({ hint: 'not_ready', headers: null }) };

// The window, or a worker's scope; nothing on a server, whatever a framework has put on its global object.
function pageScope() {
  try {
    const scope = /** @type {any} */ (self);
    const worker = scope.WorkerGlobalScope;
    return scope.location && (scope.document || (worker && scope instanceof worker)) ? scope : null;
  } catch (_) {
    return null;
  }
}

/**
 * @typedef {{ wasm?: any }} LoadOptions What `init` takes after the configuration (load/external.js).
 */

/** @param {(options?: LoadOptions) => ReturnType<import('./agent.js').Instantiate>} instantiate */
export function facadeOf(instantiate) {
  /** @type {any} */
  let agent;
  /** @type {any} */
  const facade = {
    version: __VERSION__,
    init(/** @type {unknown} */ config, /** @type {LoadOptions} */ options) {
      const scope = pageScope();
      try {
        if (scope) agent = attach(scope, () => instantiate(options), config);
      } catch (error) {
        scope.console.warn('[tracebeam] not started:', error);
      }
      return facade;
    },
  };
  for (const name of METHODS) {
    // An older agent on the page may lack a method.
    facade[name] = (/** @type {any[]} */ ...args) => (agent && agent[name] ? agent[name](...args) : ABSENT[name] && ABSENT[name]());
  }
  return facade;
}
