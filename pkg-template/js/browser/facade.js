// What the package exports: an object that does nothing by being imported, nothing before init, and nothing where there
// is no page. An agent that a script tag or another copy of the package has started is the one that it speaks to.

import { attach } from './attach.js';

// What the agent offers besides init (api.js); tests/js/facade.test.mjs compares.
export const METHODS =
  'flush stop setConfig getConfig setUser setView sendEvent sendResource getTraceContext sendCustom sendException sendView'.split(' ');

// What is said of a page that has no agent.
const ABSENT = { getConfig: () => ({}), getTraceContext: () => ({ hint: 'not_ready', headers: null }) };

// The window, or a worker's scope; nothing on a server, whatever a framework has put on its global object.
function pageScope() {
  try {
    const scope = self;
    const worker = scope.WorkerGlobalScope;
    return scope.location && (scope.document || (worker && scope instanceof worker)) ? scope : null;
  } catch (_) {
    return null;
  }
}

// `instantiate(options)`: a core, or a promise of one (agent.js).
export function facadeOf(instantiate) {
  let agent;
  const facade = {
    version: __VERSION__,
    init(config, options) {
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
    // An older agent on the page may lack what this package knows.
    facade[name] = (...args) => (agent && agent[name] ? agent[name](...args) : ABSENT[name] && ABSENT[name]());
  }
  return facade;
}
