// The agent of a page, from its start to its end: it patches the request functions, and takes the patches away again.
// Wires only; what a request does stands in core/line.js, what surrounds the engine in surroundings.js.

import { lineOf } from '../core/line.js';
import { resolverOf } from './address.js';
import { configurationOf } from './configuration.js';
import { patchFetch } from './fetch.js';
import { surround } from './surroundings.js';
import { patchXhr } from './xhr.js';

/** @typedef {() => any} Instantiate Gives the engine's exports, or a promise of them where the browser compiles or fetches it first. */

/**
 * Returns what runs; null where the configuration turns the agent off.
 * @param {any} scope The window, or a worker's scope.
 * @param {Instantiate} instantiate
 * @param {unknown} config
 * @param {(text: string) => void} warn Says a text once.
 * @param {boolean} again This is not the page's first agent.
 */
export function start(scope, instantiate, config, warn, again) {
  const { console } = scope;
  // Before the engine is fetched: that is no request of the page's.
  const since = again ? 0 : scope.performance.now();
  const ready = instantiate();
  const resolve = resolverOf(scope);
  const settings = configurationOf(scope, config, resolve);
  /** @type {((() => void) | null | undefined)[]} */
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
    // Each on its own: if the second fails, the first can still be undone.
    undo.push(patchFetch(scope, line));
    undo.push(...patchXhr(scope, line));
    if (undo.includes(null))
      console.warn('[tracebeam] a request function is locked or replaced by another script; its requests are not traced');
    return true;
  };

  // The engine is there. False where the configuration wants no agent.
  const connect = (/** @type {import('../core/door.js').Exports} */ core) => {
    around = surround(scope, line, settings, core, warn, since);
    if (around) undo.push(around._stop);
    return !!around;
  };

  const running = {
    _enter: line._enter,
    _flush: () => line._enter(() => around._flush()),
    _calls: () => around && around._calls,
    _stop: stop,
    _isOff: () => !line._on && !dead,
  };
  if (typeof ready.then !== 'function') {
    let wanted = false;
    try {
      wanted = connect(ready) && patch();
    } finally {
      // Nothing stays half done.
      if (!wanted) stop(false);
    }
    if (!wanted) return null;
    line._begin(around);
    return running;
  }
  patch();
  ready
    .then((/** @type {import('../core/door.js').Exports} */ core) => {
      if (!line._on) return;
      if (connect(core)) line._begin(around);
      else stop(false);
    })
    .then(null, (/** @type {unknown} */ error) => {
      dead = true;
      stop(false);
      console.warn('[tracebeam] not started:', error);
    });
  return running;
}
