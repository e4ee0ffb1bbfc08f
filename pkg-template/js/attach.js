// One agent a page, however often it is loaded: by a tag and a bundle, by two applications on one
// page, in two versions. The first stays; the others get its interface.

import { start } from './agent.js';

// The number is this convention's: a later version of the agent finds an earlier one.
const MARK = Symbol.for('tracebeam:1');

export function attach(scope, instantiate, config) {
  const first = scope[MARK];
  if (first) return first.init(config);
  let running;
  let dead = false;
  const api = {
    version: __VERSION__,
    // Nothing while an agent runs, and nothing after the engine failed. After stop() it starts anew.
    init(config) {
      if (dead || (running && !running._off())) return api;
      try {
        dead = true;
        running = start(scope, instantiate(), config);
        dead = false;
      } catch (error) {
        scope.console.warn('[tracebeam] not started:', error);
      }
      return api;
    },
    flush() {
      if (running) running.flush();
    },
    stop() {
      if (running) dead = !running.stop();
      running = null;
    },
  };
  Object.defineProperty(scope, MARK, { value: api });
  return api.init(config);
}
