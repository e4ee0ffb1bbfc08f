// The session and the user, where all tabs of the origin find them: localStorage or a cookie, and
// where both are blocked or full, this page's memory. The engine decides what they are.

import { keeperOf, sessionKey, userKey } from '../core/session.js';
import { placeOf } from './storage.js';

// What a user does; scripted events do not count.
const ACTIVITY = ['click', 'keydown', 'touchstart', 'wheel'];

/**
 * @param {any} scope
 * @param {import('../core/line.js').Line} line
 * @param {import('../core/door.js').Configured} configured
 */
export function watchSession(scope, line, { _pid: pid, _storage: storage }) {
  const { addEventListener, removeEventListener } = scope.EventTarget.prototype;
  const place = placeOf(scope, +storage);
  const keeper = keeperOf(place, pid, line);

  const touch = (/** @type {Event} */ event) => {
    if (event.isTrusted) keeper._touch();
  };
  const changed = (/** @type {StorageEvent} */ event) => {
    if (event.key === sessionKey(pid)) keeper._renew(false);
  };

  for (const type of ACTIVITY) addEventListener.call(scope, type, touch, { capture: true, passive: true });
  addEventListener.call(scope, 'storage', changed);

  return {
    // A request is about to leave.
    _request: (/** @type {number} */ date) => keeper._request(date, (scope.document || {}).visibilityState !== 'hidden'),
    _forget() {
      place._set(sessionKey(pid), '');
      place._set(userKey(pid), '');
    },
    _stop() {
      for (const type of ACTIVITY) removeEventListener.call(scope, type, touch, true);
      removeEventListener.call(scope, 'storage', changed);
    },
  };
}
