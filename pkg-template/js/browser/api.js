// The application's interface, `tracebeam`. Nothing here throws, and the console names each mistake once.

import { startAgent } from './agent.js';
import { warnerOf } from '../core/warn.js';

/** @typedef {keyof ReturnType<typeof import('./calls.js').callsOf>} CallName */

/**
 * @param {any} scope
 * @param {import('./agent.js').Instantiate} instantiate
 */
export function apiOf(scope, instantiate) {
  const warn = warnerOf(scope.console);
  /** @type {ReturnType<typeof startAgent>} */
  let running = null;
  let dead = false;
  let again = false;

  // Makes a function that calls the running agent. Without `absent`, the call waits for the engine. With it, the call is made
  // only if the engine is ready, and `absent()` is the answer otherwise.
  /** @type {(name: CallName, absent?: () => any) => (...args: any[]) => any} */
  const call =
    (name, absent) =>
    (...args) => {
      const attempt = () => {
        try {
          return /** @type {any} */ (running)._calls()[name](...args);
        } catch (_) {
          warn(name + ' was given what cannot be read');
        }
      };
      if (!running || running._isOff()) warn(name + ': no agent runs');
      else if (!absent) running._enter(attempt);
      else if (running._calls()) return attempt() || absent();
      return absent && absent();
    };
  const setConfig = call('setConfig');
  const sendEvent = call('sendEvent');

  /** @type {any} */
  const api = {
    version: __VERSION__,
    // Does nothing while an agent runs, or after the engine has failed. After stop() it starts a new agent.
    init(/** @type {unknown} */ config) {
      if (dead || (running && !running._isOff())) return api;
      try {
        dead = true;
        running = startAgent(scope, instantiate, config, warn, again);
        again = again || !!running;
        dead = false;
      } catch (error) {
        scope.console.warn('[tracebeam] not started:', error);
      }
      return api;
    },
    flush() {
      if (running) running._flush();
    },
    // `forget`: consent is withdrawn, so everything stored is deleted.
    stop(/** @type {any} */ options) {
      let forget = false;
      try {
        forget = options.forget === true;
      } catch (_) {
        // No options, or options that cannot be read.
      }
      if (running) dead = !running._stop(forget);
      running = null;
    },
    // One option and its value, or an object of them.
    setConfig: (/** @type {any} */ key, /** @type {any} */ value) => setConfig(typeof key === 'string' ? { [key]: value } : key),
    getConfig: call('getConfig', () => ({})),
    setUser: (/** @type {any} */ user) => setConfig({ user }),
    setView: call('setView'),
    sendEvent,
    // The vendor's name for `sendEvent`.
    sendResource: sendEvent,
    getTraceContext: call('getTraceContext', () => ({ hint: 'not_ready', headers: null })),
  };
  // Other functions of the vendor's package. An application that still calls them is warned that they report nothing.
  for (const name of ['sendCustom', 'sendException', 'sendView']) api[name] = () => warn(name + ' reports nothing');
  return api;
}
