// Starts and stops the agent of a page: it patches the request functions, and later takes the patches away. This file only
// wires: what a request does is in core/line.js, what stands around the engine in surroundings.js.

import { lineOf } from '../core/line.js';
import { resolverOf } from './address.js';
import { configurationOf } from './configuration.js';
import { patchFetch } from './fetch.js';
import { surround } from './surroundings.js';
import { patchXhr } from './xhr.js';

/** @typedef {import('../core/door.js').Exports} Exports */
/** @typedef {() => Exports | Promise<Exports>} Instantiate Returns a promise if the browser compiles or fetches the engine first. */

/**
 * Returns the running agent; null where the configuration turns it off.
 * @param {any} scope The window, or a worker's scope.
 * @param {Instantiate} instantiate
 * @param {unknown} config
 * @param {(text: string) => void} warn Writes a warning once.
 * @param {boolean} again Whether the page had an agent before.
 */
export function startAgent(scope, instantiate, config, warn, again) {
  const { console } = scope;
  // Taken before the engine is fetched, because that request is not the page's.
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

  // A wrapper that another script has wrapped stays (hook.js). Returns false if the engine has failed: it is never called again.
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
    // Two calls, so that the first patch is undone if the second throws.
    undo.push(patchFetch(scope, line));
    undo.push(...patchXhr(scope, line));
    if (undo.includes(null))
      console.warn('[tracebeam] a request function is locked or replaced by another script; its requests are not traced');
    return true;
  };

  // Called when the engine is ready. Returns false where the configuration turns the agent off.
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
      // Nothing is left half done.
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
