// What stands around the engine in a mini-program: delivery, session, the page on show. This file only wires.

import { feed, open, seed, SIGNAL_HIDDEN, SIGNAL_ONLINE, SIGNAL_SHOWN, WORD_NETWORK, WORD_TICK, WORD_VIEW } from '../core/door.js';
import { flushOf } from '../core/flush.js';
import { plain } from '../core/plain.js';
import { prefixOf, pumpOf } from '../core/pump.js';
import { reportOf } from '../core/report.js';
import { keeperOf, userKey } from '../core/session.js';
import { weakSeed } from './entropy.js';
import { boxOf, storageOf } from './storage.js';
import { transportOf } from './transport.js';

/** @typedef {NonNullable<ReturnType<typeof surround>>} Surroundings */

/**
 * Returns what the line and the agent need; null where the configuration turns the agent off.
 * @param {any} scope
 * @param {import('./hosts.js').Host} host
 * @param {import('../core/line.js').Line} line
 * @param {import('./configuration.js').Configuration} settings
 * @param {import('../core/door.js').Exports} core
 * @param {(text: string) => void} warn Writes a warning once.
 */
export function surround(scope, host, line, settings, core, warn) {
  open(core);
  const box = boxOf(host);
  seed(weakSeed(box._get(userKey(settings._givenPid))));
  const { _endpoint, _otlp, _pid } = settings._hand(line._today() - line._now());
  /** @type {import('../core/pump.js').Store} */
  let store;
  const delivery = {
    _storage: (/** @type {import('./storage.js').Later} */ later) => (store = storageOf(later, box, prefixOf(_otlp, _pid))),
    _send: transportOf(scope, host, _endpoint, warn),
  };
  const pump = pumpOf(scope, line, delivery, reportOf(scope, settings), warn, () => {});
  pump._pump();
  if (!_endpoint) return null;
  // The storage belongs to this application alone.
  const session = keeperOf(box, _pid, line);
  const { _flush, _advance } = flushOf(scope, line, pump, () => {});
  let shown = true;
  /** @type {string | undefined} */
  let route;

  return {
    _pump: pump,
    _before(/** @type {import('../core/line.js').Start} */ { _date, _route }) {
      session._request(/** @type {number} */ (_date), shown);
      if (_route === route) return;
      route = _route || '';
      line._note(WORD_VIEW, '\0' + (settings._viewNameOf(route) || route));
    },
    _after() {},
    _advance,
    _flush,
    _feed: (/** @type {Uint8Array} */ bytes) => feed(bytes.length, (room) => room.set(bytes)),
    // The application comes to the foreground or leaves it.
    _show(/** @type {boolean} */ now) {
      shown = now;
      if (now) session._renew(true);
      else line._note(WORD_TICK, '', 0, Infinity);
      pump._signal(now ? SIGNAL_SHOWN : SIGNAL_HIDDEN);
      if (!now) store._leave();
    },
    // The network has changed; `kind` is the host's word for it.
    _network(/** @type {string} */ kind, /** @type {boolean} */ connected) {
      line._note(WORD_NETWORK, plain(kind));
      if (connected) pump._signal(SIGNAL_ONLINE);
    },
    _stop: pump._stop,
  };
}
