// What surrounds the engine in a mini-program: delivery, session, the page on show. Wires only.

import { feed, open, seed, SIGNAL_HIDDEN, SIGNAL_ONLINE, SIGNAL_SHOWN, WORD_NETWORK, WORD_TICK, WORD_VIEW } from '../core/door.js';
import { flushOf } from '../core/flush.js';
import { prefixOf, pumpOf } from '../core/pump.js';
import { reportOf } from '../core/report.js';
import { userKey } from '../core/session.js';
import { weakSeed } from './entropy.js';
import { sessionOf } from './session.js';
import { boxOf, storageOf } from './storage.js';
import { transportOf } from './transport.js';

/** @typedef {NonNullable<ReturnType<typeof surround>>} Surrounding */

/**
 * @typedef {object} Application
 * @property {import('./hosts.js').Host} _host
 * @property {any} _config As it was given to `init`.
 * @property {(options: object) => any} _native The host's own request function.
 * @property {(text: string) => void} _warn Says a text once.
 */

/**
 * Returns what the line and the agent need; null where the configuration turns the agent off.
 * @param {any} scope
 * @param {Application} application
 * @param {import('../core/line.js').Line} line
 * @param {import('./configuration.js').Configuration} settings
 * @param {import('../core/door.js').Exports} core
 */
export function surround(scope, { _host: host, _config: config, _native: native, _warn: warn }, line, settings, core) {
  open(core);
  const box = boxOf(host);
  seed(weakSeed(box._get(userKey((config || {}).pid))));
  const { _endpoint: endpoint, _otlp: otlp, _pid: pid } = settings._hand(line._today() - line._now());
  const store = storageOf(scope, box, prefixOf(otlp, pid));
  const delivery = { _storage: () => store, _send: transportOf(scope, host, native, endpoint, warn) };
  const pump = pumpOf(scope, line, delivery, reportOf(scope, settings), warn, () => {});
  pump._pump();
  if (!endpoint) return null;
  const session = sessionOf(box, pid, line);
  const { _flush, _settled } = flushOf(scope, line, pump, () => {});
  let route;

  return {
    _pump: pump,
    _before({ _date, _route }) {
      session._request(_date);
      if (_route === route) return;
      route = _route;
      line._note(WORD_VIEW, '\0' + (settings._viewNameOf(route) || route));
    },
    _after() {},
    _settled,
    _flush,
    _feed: (/** @type {Uint8Array} */ bytes) => feed(bytes.length, (room) => room.set(bytes)),
    // The application comes, or goes.
    _show(/** @type {boolean} */ shown) {
      session._show(shown);
      if (!shown) line._note(WORD_TICK, '', 0, Infinity);
      pump._signal(shown ? SIGNAL_SHOWN : SIGNAL_HIDDEN);
      if (!shown) store._save();
    },
    // What the host calls the network of now.
    _network(/** @type {string} */ kind, /** @type {boolean} */ connected) {
      line._note(WORD_NETWORK, kind.replace(/\0/g, ''));
      if (connected) pump._signal(SIGNAL_ONLINE);
    },
    _stop: pump._stop,
  };
}
