// Starts and stops the agent of a page. The start reads the configuration, patches the request functions, and listens. The engine
// is made when something needs it, or when the page is idle. This file only wires: what a request does is in core/line.js, what
// stands around the engine in surroundings.js.

import { SIGNAL_SHOWN } from '../core/door.js';
import { lineOf } from '../core/line.js';
import { resolverOf } from './address.js';
import { configurationOf } from './configuration.js';
import { patchFetch } from './fetch.js';
import { nativeOf } from './hook.js';
import { whenIdle } from './idle.js';
import { watchPage } from './page.js';
import { surround } from './surroundings.js';
import { watchTiming } from './timing.js';
import { watchView } from './view.js';
import { patchXhr } from './xhr.js';

/** @typedef {import('../core/door.js').Exports} Exports */
/** @typedef {(probe: boolean) => Exports | Promise<Exports> | void} Maker Makes the engine; returns a promise if that takes time.
 *    With `probe` it only finds out whether it takes time, and returns nothing if it does not. */
/** @typedef {() => Maker | Promise<Exports>} Instantiate Returns a promise if the engine is being fetched already. */

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
  const made = /** @type {any} */ (instantiate());
  /** @type {Maker | null} Null once the engine is made, or is being made. */
  let make = made.then ? null : made;
  // Batches leave by fetch as it was before the patch.
  const fetch = nativeOf(scope, 'fetch');
  const resolve = resolverOf(scope);
  const settings = configurationOf(scope, config, resolve);
  /** @type {import('./hook.js').Undo[]} */
  const undo = [];
  /** @type {import('./surroundings.js').Surrounding | null} */
  let around = null;
  let dead = false;

  // A wrapper that another script has wrapped stays (hook.js). Returns false if the engine has failed: it is never called again.
  const stop = (/** @type {boolean} */ forget) => {
    if (forget) need();
    line._on = false;
    undo.splice(0).forEach((restore) => restore && restore());
    if (forget && around) around._forget();
    return !dead;
  };

  const refuse = (/** @type {unknown} */ error) => {
    dead = true;
    stop(false);
    console.warn('[tracebeam] not started:', error);
  };

  // Called when the engine is ready.
  const connect = (/** @type {Exports} */ core) => {
    let connected = false;
    try {
      around = surround(scope, fetch, line, settings, core, warn, { _page: page, _view: view, _timing: timing });
      if (around) {
        undo.push(around._stop);
        line._begin(around);
        connected = true;
      }
    } finally {
      // Nothing is left half done.
      if (!connected) stop(false);
    }
  };

  const use = (/** @type {any} */ core) => {
    if (core.then) core.then((/** @type {Exports} */ core) => line._on && connect(core)).then(null, refuse);
    else connect(core);
  };

  // Makes the engine, unless it is made, or the agent is off.
  const need = (/** @type {boolean} */ probe = false) => {
    const maker = make;
    if (!maker || !line._on) return;
    // The application's functions may make requests meanwhile. Those wait as if the engine took time.
    make = null;
    try {
      const core = maker(probe);
      if (core) use(core);
      else make = maker;
    } catch (error) {
      refuse(error);
    }
  };

  const line = lineOf(
    scope,
    settings,
    resolve,
    (error) => {
      dead = true;
      if (!line._on) return;
      stop(false);
      console.error('[tracebeam] off after an internal failure; the page is not affected:', error);
    },
    need
  );

  const view = watchView(scope, (href, name) => line._enter(() => around && around._show(href, name)));
  const timing = watchTiming(scope, line, since);
  const page = watchPage(scope, (what) => {
    // That a tab is shown which was opened in the background is no reason to make the engine.
    if (around || what !== SIGNAL_SHOWN) line._enter(() => around && around._signal(what));
  });
  undo.push(view._stop, timing._stop);
  // A worker shows nothing. `null` in this list stands for a function that could not be patched.
  if (page) undo.push(page._stop);

  // Such a configuration turns the agent off: nothing is patched.
  const { pid, endpoint } = settings._settings || {};
  if (!pid || !endpoint) need();
  if (!line._on && !dead) return null;

  try {
    // Two calls, so that the first patch is undone if the second throws.
    undo.push(patchFetch(scope, line));
    undo.push(...patchXhr(scope, line));
  } catch (error) {
    refuse(error);
  }
  if (undo.includes(null))
    console.warn('[tracebeam] a request function is locked or replaced by another script; its requests are not traced');
  if (made.then) use(made);
  else
    undo.push(
      whenIdle(
        scope,
        () => need(true),
        () => need()
      )
    );
  return {
    _enter: line._enter,
    _flush: () => line._enter(() => /** @type {import('./surroundings.js').Surrounding} */ (around)._flush()),
    _calls() {
      need();
      return around && around._calls;
    },
    _stop: stop,
    _isOff: () => !line._on && !dead,
  };
}
