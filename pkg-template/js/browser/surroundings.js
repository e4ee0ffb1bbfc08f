// What stands around the engine in a page: delivery, session, settings from the endpoint, and the application's calls. This file
// only wires.

import { open, SIGNAL_HIDDEN, SIGNAL_LEAVING, WORD_VIEW } from '../core/door.js';
import { flushOf } from '../core/flush.js';
import { prefixOf, pumpOf } from '../core/pump.js';
import { reportOf } from '../core/report.js';
import { unzoned } from '../core/unzoned.js';
import { callsOf } from './calls.js';
import { feederOf } from './entropy.js';
import { pullerOf } from './remote.js';
import { watchSession } from './session.js';
import { storageOf } from './storage.js';
import { transportOf } from './transport.js';

/** @typedef {NonNullable<ReturnType<typeof surround>>} Surrounding */

/**
 * @typedef {object} Watched What has watched the page since the agent's start.
 * @property {ReturnType<typeof import('./page.js').watchPage>} _page
 * @property {ReturnType<typeof import('./view.js').watchView>} _view
 * @property {ReturnType<typeof import('./timing.js').watchTiming>} _timing
 */

/**
 * Returns what the line and the agent need; null where the configuration turns the agent off.
 * @param {any} scope
 * @param {any} fetch The native one.
 * @param {import('../core/line.js').Line} line
 * @param {import('./configuration.js').Configuration} settings
 * @param {import('../core/door.js').Exports} core
 * @param {(text: string) => void} warn Writes a warning once.
 * @param {Watched} watched
 */
export function surround(scope, fetch, line, settings, core, warn, { _page: page, _view: view, _timing: timing }) {
  open(core);
  const feed = feederOf(scope);
  feed(1);
  const configured = settings._hand();
  const { _endpoint: endpoint, _otlp: otlp, _gzip: gzip, _pid: pid } = configured;
  const listen = () => page && page._listen();
  const delivery = {
    _storage: (/** @type {import('../core/pump.js').Later} */ later) => storageOf(scope, prefixOf(otlp, pid), later),
    _send: transportOf(scope, fetch, endpoint, otlp, gzip),
  };
  const pump = pumpOf(scope, line, delivery, reportOf(scope, settings), warn, listen);
  // The engine's first actions wait until the page's request has left. An agent that stays off does not get that far.
  if (endpoint) unzoned(scope, 'setTimeout').call(scope, () => line._guarded(pump._pump));
  else {
    pump._pump();
    return null;
  }

  const show = (/** @type {string} */ href, /** @type {string} */ name) => {
    line._note(WORD_VIEW, href + '\0' + (name || settings._viewNameOf(href)));
  };
  show(view._first, '');
  const session = watchSession(scope, line, pid, configured._storage);
  const { _flush, _advance } = flushOf(scope, line, pump, () => timing._collect(true));
  timing._begin({
    _own: endpoint.split('#')[0],
    _about: (url) => settings._nameOf(url) + '\0' + settings._answersOn(url, true),
    _advance,
  });
  const change = (/** @type {unknown} */ config) => {
    settings._read(config);
    line._guarded(() => settings._hand());
    line._guarded(pump._pump);
  };
  const puller =
    configured._remote &&
    pullerOf(scope, fetch, configured._remoteUrl || new URL('/config/' + encodeURIComponent(pid), endpoint).href, (remote) => {
      settings._remote = remote;
      change(settings._settings);
    });
  if (puller) puller._pull();

  return {
    _pump: pump,
    _before(/** @type {import('../core/line.js').Start} */ _, /** @type {number} */ id) {
      line._guarded(() => feed(id));
      session._request();
      view._request();
    },
    _after(/** @type {import('../core/line.js').End} */ end) {
      timing._wait(end);
      listen();
    },
    _advance,
    _flush,
    // Takes the signals of page.js.
    _signal(/** @type {number} */ what) {
      // The events leave with what the browser has measured so far.
      if (what === SIGNAL_HIDDEN || what === SIGNAL_LEAVING) timing._collect(false);
      pump._signal(what);
      if (puller) puller._signal(what);
    },
    // Another view is shown. What was measured so far belongs to the one before.
    _show(/** @type {string} */ href, /** @type {string} */ name) {
      timing._drain();
      show(href, name);
    },
    _calls: callsOf(line, settings, warn, {
      _change: change,
      _show: (name) => show(scope.location.href, name),
      _active: session._request,
      _advance,
    }),
    _forget() {
      session._forget();
      pump._forget();
    },
    _stop() {
      pump._stop();
      session._stop();
    },
  };
}
