// The session and the user, where all tabs of the origin find them: localStorage or a cookie, and
// where both are blocked or full, this page's memory. The engine decides what they are.

import { placeOf } from './storage.js';

// How often activity is written down.
const PACE = 1000;
// Words for the engine (src/host/exports.rs).
const USER = 70;
const SESSION = 72;
const ACTIVE = 73;

// What a user does; scripted events do not count.
const ACTIVITY = ['click', 'keydown', 'touchstart', 'wheel'];

// `enter(text, call)`: runs `call(length)` with `text` in the engine's memory, guarded; gives the text that
// the engine left.
export function watchSession(scope, { _enter: enter, _core: core }, pid, kind) {
  const { Date } = scope;
  const { addEventListener, removeEventListener } = scope.EventTarget.prototype;
  const place = placeOf(scope, kind);
  const name = encodeURIComponent(pid);
  const sessionKey = 'tracebeam_session_' + name;
  const userKey = 'tracebeam_user_' + name;
  let until = 0;
  let touched = 0;

  // Another tab may have begun a session, or lengthened it: storage is read before it is written.
  const renew = (active) => {
    const date = Date.now();
    touched = date;
    const text = enter(place._get(sessionKey), (length) => {
      until = core.note(length, active ? ACTIVE : SESSION, 0, date);
    });
    if (text) place._set(sessionKey, text);
  };

  const touch = (event) => {
    if (event.isTrusted && Date.now() - touched >= PACE) renew(true);
  };
  const changed = (event) => {
    if (event.key === sessionKey) renew(false);
  };

  const user = enter(place._get(userKey), (length) => core.note(length, USER, 0, 0));
  if (user) place._set(userKey, user);
  renew(true);

  for (const type of ACTIVITY) addEventListener.call(scope, type, touch, { capture: true, passive: true });
  addEventListener.call(scope, 'storage', changed);

  return {
    // A request is about to leave. It keeps the session alive while the page is on show: what a page
    // polls in the background is no user's activity, but it begins no request in a session that is over.
    _request(date) {
      const shown = (scope.document || {}).visibilityState !== 'hidden';
      if (date > until || (shown && date - touched >= PACE)) renew(shown);
    },
    _forget() {
      place._set(sessionKey, '');
      place._set(userKey, '');
    },
    _stop() {
      for (const type of ACTIVITY) removeEventListener.call(scope, type, touch, true);
      removeEventListener.call(scope, 'storage', changed);
    },
  };
}
