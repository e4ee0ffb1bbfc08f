// The session and the user, where all tabs of the origin find them: localStorage or a cookie, and
// where both are blocked or full, this page's memory. The engine decides what they are.

import { keeperOf, sessionKey, userKey } from '../core/session.js';
import { placeOf } from './storage.js';

// What a user does; scripted events do not count.
const ACTIVITY = ['click', 'keydown', 'touchstart', 'wheel'];

// `enter(text, call)`: runs `call(length)` with `text` in the engine's memory, guarded; gives the text that
// the engine left.
export function watchSession(scope, { _enter: enter, _core: core }, pid, kind) {
  const { Date } = scope;
  const { addEventListener, removeEventListener } = scope.EventTarget.prototype;
  const place = placeOf(scope, kind);
  const keeper = keeperOf(place, pid, core, enter, () => Date.now());

  const touch = (event) => {
    if (event.isTrusted) keeper._touch();
  };
  const changed = (event) => {
    if (event.key === sessionKey(pid)) keeper._renew(false);
  };

  for (const type of ACTIVITY) addEventListener.call(scope, type, touch, { capture: true, passive: true });
  addEventListener.call(scope, 'storage', changed);

  return {
    _request: (date) => keeper._request(date, (scope.document || {}).visibilityState !== 'hidden'),
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
