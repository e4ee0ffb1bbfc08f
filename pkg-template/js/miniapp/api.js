// The package's interface: one agent an application, however often and in however many copies it is loaded.

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
    // Nothing happens while an agent runs, or after the core failed. After stop() it starts anew.
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
        // Another copy of this package has wrapped it before.
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
    // The traced form of a host's function, for devices that do not let it be replaced, and for libraries that kept it
    // before the agent came. The function itself where the agent is off, or where it is traced already.
    wrapRequest(/** @type {any} */ native, /** @type {string} */ kind) {
      if (!running || !isFunction(native) || native[MARK]) return native;
      return running._wrap(native, Math.max(0, KINDS.indexOf(kind)));
    },
  };
  api.default = api;
  return api;
}
