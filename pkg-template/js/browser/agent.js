// The agent of a page, from its start to its end: it patches the request functions, and takes the patches away again.
// Wires only; what a request does stands in core/line.js, what surrounds the engine in surroundings.js.

import { lineOf } from '../core/line.js';
import { resolverOf } from './address.js';
import { configurationOf } from './configuration.js';
import { patchFetch } from './fetch.js';
import { surround } from './surroundings.js';
import { patchXhr } from './xhr.js';

/** @typedef {import('../core/door.js').Exports} Exports */
/** @typedef {() => Exports | Promise<Exports>} Instantiate A promise where the browser compiles or fetches the engine first. */

/**
 * Returns what runs; null where the configuration turns the agent off.
 * @param {any} scope The window, or a worker's scope.
 * @param {Instantiate} instantiate
 * @param {unknown} config
 * @param {(text: string) => void} warn Says a text once.
 * @param {boolean} again This is not the page's first agent.
 */
export function startAgent(scope, instantiate, config, warn, again) {
  const { console } = scope;
  // Before the engine is fetched: that is no request of the page's.
  const since = again ? 0 : scope.performance.now();
  const ready = /** @type {any} */ (instantiate());
  const later = typeof ready.then === 'function';
  const resolve = resolverOf(scope);
  const settings = configurationOf(scope, config, resolve);
  /** @type {import('./hook.js').Undo[]} */
  const undo = [];
  /** @type {import('./surroundings.js').Surrounding | null} */
  let around = null;
  let dead = false;

  // What other scripts have built upon our wrappers stays (hook.js). False where the engine failed: it is never called again.
  const stop = (/** @type {boolean} */ forget) => {
    line._on = false;
    undo.splice(0).forEach((restore) => restore && restore());
    if (forget && around) around._forget();
    return !dead;
  };

  const line = lineOf(scope, settings, resolve, (error) => {
    dead = true;
    if (!line._on) return;
    stop(false);
    console.error('[tracebeam] off after an internal failure; the page is not affected:', error);
  });

  const patch = () => {
    // Two calls: should the second patch throw, the first is undone.
    undo.push(patchFetch(scope, line));
    undo.push(...patchXhr(scope, line));
    if (undo.includes(null))
      console.warn('[tracebeam] a request function is locked or replaced by another script; its requests are not traced');
    return true;
  };

  // The engine is there. False where the configuration turns the agent off.
  const connect = (/** @type {Exports} */ core) => {
    let connected = false;
    try {
      around = surround(scope, line, settings, core, warn, since);
      if (around) {
        undo.push(around._stop);
        if (!later) patch();
        line._begin(around);
        connected = true;
      }
    } finally {
      // Nothing stays half done.
      if (!connected) stop(false);
    }
    return connected;
  };

  const running = {
    _enter: line._enter,
    _flush: () => line._enter(() => /** @type {import('./surroundings.js').Surrounding} */ (around)._flush()),
    _calls: () => around && around._calls,
    _stop: stop,
    _isOff: () => !line._on && !dead,
  };
  if (!later) return connect(ready) ? running : null;
  patch();
  ready
    .then((/** @type {Exports} */ core) => line._on && connect(core))
    .then(null, (/** @type {unknown} */ error) => {
      dead = true;
      stop(false);
      console.warn('[tracebeam] not started:', error);
    });
  return running;
}
