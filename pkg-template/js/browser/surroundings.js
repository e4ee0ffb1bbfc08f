// What stands around the engine in a page: delivery, session, view, measurements, settings from the endpoint, and the
// application's calls. This file only wires.

import { open, SIGNAL_HIDDEN, SIGNAL_LEAVING, WORD_VIEW } from '../core/door.js';
import { flushOf } from '../core/flush.js';
import { prefixOf, pumpOf } from '../core/pump.js';
import { reportOf } from '../core/report.js';
import { callsOf } from './calls.js';
import { feederOf } from './entropy.js';
import { watchPage } from './page.js';
import { pullerOf } from './remote.js';
import { watchSession } from './session.js';
import { storageOf } from './storage.js';
import { watchTiming } from './timing.js';
import { transportOf } from './transport.js';
import { watchView } from './view.js';

/** @typedef {NonNullable<ReturnType<typeof surround>>} Surrounding */

/**
 * Returns what the line and the agent need; null where the configuration turns the agent off.
 * @param {any} scope
 * @param {import('../core/line.js').Line} line
 * @param {import('./configuration.js').Configuration} settings
 * @param {import('../core/door.js').Exports} core
 * @param {(text: string) => void} warn Writes a warning once.
 * @param {number} since When the agent started; 0 where one ran before on this page.
 */
export function surround(scope, line, settings, core, warn, since) {
  open(core);
  const feed = feederOf(scope);
  feed(1);
  const configured = settings._hand();
  const { _endpoint: endpoint, _otlp: otlp, _gzip: gzip, _pid: pid } = configured;
  /** @type {ReturnType<typeof watchPage>} */
  let page = null;
  const listen = () => page && page._listen();
  const delivery = {
    _storage: (/** @type {import('../core/pump.js').Later} */ later) => storageOf(scope, prefixOf(otlp, pid), later),
    _send: transportOf(scope, endpoint, otlp, gzip),
  };
  const pump = pumpOf(scope, line, delivery, reportOf(scope, settings), warn, listen);
  pump._pump();
  if (!endpoint) return null;

  const show = (/** @type {string} */ href, /** @type {string} */ name) => {
    line._note(WORD_VIEW, href + '\0' + (name || settings._viewNameOf(href)));
  };
  show(scope.location.href, '');
  const session = watchSession(scope, line, pid, configured._storage);
  const view = watchView(scope, show);
  const { _flush, _advance } = flushOf(scope, line, pump, () => timing._collect(true));
  const timing = watchTiming(scope, line, {
    _own: endpoint.split('#')[0],
    _about: (url) => settings._nameOf(url) + '\0' + settings._answersOn(url, true),
    _since: since,
    _advance,
  });
  const change = (/** @type {unknown} */ config) => {
    settings._read(config);
    line._guarded(() => settings._hand());
    line._guarded(pump._pump);
  };
  // The puller captures fetch as it is now, perhaps already patched; `quietly` (hook.js) keeps its requests out of the events.
  const puller =
    configured._remote &&
    pullerOf(scope, configured._remoteUrl || new URL('/config/' + encodeURIComponent(pid), endpoint).href, (remote) => {
      settings._remote = remote;
      change(settings._settings);
    });
  page = watchPage(scope, (what) => {
    // The events leave with what the browser has measured so far.
    if (what === SIGNAL_HIDDEN || what === SIGNAL_LEAVING) timing._collect(false);
    pump._signal(what);
    if (puller) puller._signal(what);
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
      [page, pump, session, view, timing].forEach((part) => part && part._stop());
    },
  };
}
