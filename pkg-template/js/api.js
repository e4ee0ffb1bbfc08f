// What the application gets: `tracebeam`. Nothing here throws, and each mistake is named once on the console.

import { start } from './agent.js';
import { warnerOf } from './core/warn.js';

export function apiOf(scope, instantiate) {
  const warn = warnerOf(scope.console);
  let running;
  let dead = false;
  let again = false;

  // A call of the application's on the agent that runs, once its engine is there; `absent()` is the answer until then, and
  // where there is no agent.
  const call =
    (name, absent) =>
    (...args) => {
      const attempt = () => {
        try {
          return running._calls[name](...args);
        } catch (_) {
          warn(name + ' was given what cannot be read');
        }
      };
      if (!running || running._off()) warn(name + ': no agent runs');
      else if (running._calls) return attempt() || (absent && absent());
      else if (!absent) running._later(attempt);
      return absent && absent();
    };
  const setConfig = call('setConfig');
  const sendEvent = call('sendEvent');

  const api = {
    version: __VERSION__,
    // Nothing while an agent runs, and nothing after the engine failed. After stop() it starts anew.
    init(config) {
      if (dead || (running && !running._off())) return api;
      try {
        dead = true;
        running = start(scope, instantiate, config, warn, again);
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
    stop(options) {
      let forget = false;
      try {
        forget = options.forget === true;
      } catch (_) {
        // Nothing was said, or cannot be read.
      }
      if (running) dead = !running._stop(forget);
      running = null;
    },
    // One option and its value, or an object of them.
    setConfig: (key, value) => setConfig(typeof key === 'string' ? { [key]: value } : key),
    getConfig: call('getConfig', () => ({})),
    setUser: (user) => setConfig({ user }),
    setView: call('setView'),
    sendEvent,
    // The vendor's name for the same.
    sendResource: sendEvent,
    getTraceContext: call('getTraceContext', () => ({ hint: 'not_ready', headers: null })),
  };
  // An application that comes from the vendor's package may call these: it hears that they report nothing, and goes on.
  for (const name of ['sendCustom', 'sendException', 'sendView']) api[name] = () => warn(name + ' reports nothing');
  return api;
}
