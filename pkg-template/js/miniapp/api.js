// The package's interface: one agent per application, even if the package is loaded several times or in several copies.

import { start } from './agent.js';
import { KINDS, hostOf } from './hosts.js';
import { isFunction } from './is.js';
import { MARK } from './patch.js';

/** @param {import('./agent.js').Instantiate} instantiate */
export function miniappApi(instantiate) {
  /** @type {import('./agent.js').Agent | null} */
  let running = null;
  let dead = false;
  /** @type {any} */
  const api = {
    version: __VERSION__,
    // Does nothing while an agent runs, or after the core has failed. After stop() it starts a new agent.
    init(/** @type {any} */ config) {
      if (running || dead) return api;
      try {
        const wanted = config && config.host;
        let host = hostOf(wanted);
        if (!host && wanted) {
          console.warn('[tracebeam] host must be the name or the object of a host that is here; using the one found');
          host = hostOf();
        }
        if (!host) {
          console.warn('[tracebeam] not started: no mini-program host is here');
          return api;
        }
        // Another copy of this package may have wrapped the host's function already.
        const first = /** @type {any} */ (host._native || {})[MARK];
        if (first && first !== api) return first.init(config);
        dead = true;
        running = start(api, host, instantiate, config);
        dead = false;
      } catch (error) {
        console.warn('[tracebeam] not started:', error);
      }
      return api;
    },
    flush() {
      if (running) running._flush();
    },
    stop() {
      if (running) dead = !running._stop();
      running = null;
    },
    // Returns a traced form of a host's function: for devices where it cannot be replaced, and for libraries that took it before
    // the agent started. Returns the function itself if the agent is off or the function is already traced.
    wrapRequest(/** @type {any} */ native, /** @type {string} */ kind) {
      if (!running || !isFunction(native) || native[MARK]) return native;
      return running._wrap(native, Math.max(0, KINDS.indexOf(kind)));
    },
  };
  api.default = api;
  return api;
}
