// Stores the session and the user where all tabs of the origin find them: in localStorage or a cookie. If both are blocked or
// full, they live in this page's memory. The engine decides what they are.

import { keeperOf, sessionKey, userKey } from '../core/session.js';
import { listenersOf } from './listen.js';
import { placeOf } from './storage.js';

// Events by which a user is active. Events from scripts do not count.
const ACTIVITY = ['click', 'keydown', 'touchstart', 'wheel'];

/**
 * @param {any} scope
 * @param {import('../core/line.js').Line} line
 * @param {string} pid
 * @param {string} storage The number of `sessionConfig.storage`.
 */
export function watchSession(scope, line, pid, storage) {
  const { _on: on, _stop } = listenersOf(scope);
  const place = placeOf(scope, +storage);
  const keeper = keeperOf(place, pid, line);

  const touch = (/** @type {Event} */ event) => {
    if (event.isTrusted) keeper._touch();
  };
  const changed = (/** @type {StorageEvent} */ event) => {
    if (event.key === sessionKey(pid)) keeper._renew(false);
  };

  for (const type of ACTIVITY) on(scope, type, touch, { capture: true, passive: true });
  on(scope, 'storage', changed);

  return {
    // A request is about to leave.
    _request: () => keeper._request(line._today(), (scope.document || {}).visibilityState !== 'hidden'),
    _forget() {
      place._set(sessionKey(pid), '');
      place._set(userKey(pid), '');
    },
    _stop,
  };
}
