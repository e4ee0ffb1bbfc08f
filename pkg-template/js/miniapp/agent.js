// Starts and stops the agent of a mini-program. This file only wires: what a request does is in core/line.js, what stands around
// the engine in surroundings.js.

import { lineOf } from '../core/line.js';
import { warnerOf } from '../core/warn.js';
import { configurationOf } from './configuration.js';
import { askHost } from './entropy.js';
import { watchLife } from './page.js';
import { patch } from './patch.js';
import { tracerOf } from './request.js';
import { scopeOf } from './scope.js';
import { surround } from './surroundings.js';
import { resolve } from './url.js';

/**
 * @callback Instantiate Passes the engine's exports to `use`, at once or later.
 * @param {import('./hosts.js').Host} host
 * @param {(core: import('../core/door.js').Exports) => void} use
 * @param {(error: unknown) => void} failed
 * @param {any} config
 * @returns {void}
 */

/** @typedef {NonNullable<ReturnType<typeof start>>} Agent */

/**
 * Returns the running agent; null where the configuration turns it off.
 * @param {object} api The package's interface, for a second copy of the package to find.
 * @param {import('./hosts.js').Host} host
 * @param {Instantiate} instantiate
 * @param {any} config
 */
export function start(api, host, instantiate, config) {
  const scope = scopeOf();
  const { console } = scope;
  const warn = warnerOf(console);
  const settings = configurationOf(config, host);
  /** @type {import('./surroundings.js').Surroundings | null} */
  let around = null;
  /** @type {(() => void)[]} */
  const undo = [];
  let dead = false;

  // Returns false if the engine has failed: it is never called again.
  const stop = () => {
    line._on = false;
    undo.splice(0).forEach((restore) => restore());
    return !dead;
  };

  const line = lineOf(scope, settings, resolve, (error) => {
    dead = true;
    if (!line._on) return;
    stop();
    console.error('[tracebeam] off after an internal failure; the application is not affected:', error);
  });

  // Runs `work` when the engine is ready.
  const enter = (/** @type {(around: import('./surroundings.js').Surroundings) => void} */ work) =>
    line._enter(() => around && work(around));

  instantiate(
    host,
    (core) =>
      line._guarded(() => {
        around = surround(scope, host, line, settings, core, warn);
        if (around) {
          undo.push(around._stop);
          line._begin(around);
          around._pump._pump();
        } else stop();
      }),
    (error) => {
      warn('not started: ' + error);
      stop();
    },
    config
  );
  if (!line._on) {
    if (dead) throw new Error('the core failed');
    return null;
  }
  const patched = patch(host, tracerOf(host, line), api, warn);
  patched._apply(false);
  undo.push(
    patched._stop,
    watchLife(
      host,
      (shown) => {
        if (shown) patched._apply(true);
        enter((now) => now._show(shown));
      },
      (kind, connected) => enter((now) => now._network(kind, connected))
    )
  );
  askHost(host, (bytes) => enter((now) => now._feed(bytes)));
  return { _flush: () => enter((now) => now._flush()), _stop: stop, _wrap: patched._wrap };
}
