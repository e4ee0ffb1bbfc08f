// What the application gets: `tracebeam`. Nothing here throws, and each mistake is named once on the console.

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

  // A call of the application's on the agent that runs, once its engine is there; `absent()` is the answer until then, and
  // where there is no agent.
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
    // Nothing while an agent runs, and nothing after the engine failed. After stop() it starts anew.
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
    // `forget`: consent is withdrawn, so nothing that was stored stays.
    stop(/** @type {any} */ options) {
      let forget = false;
      try {
        forget = options.forget === true;
      } catch (_) {
        // There are no options, or they cannot be read.
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
    // The vendor's name for the same.
    sendResource: sendEvent,
    getTraceContext: call('getTraceContext', () => ({ hint: 'not_ready', headers: null })),
  };
  // An application that moves over from the vendor's package may call these: it is told that they report nothing.
  for (const name of ['sendCustom', 'sendException', 'sendView']) api[name] = () => warn(name + ' reports nothing');
  return api;
}
