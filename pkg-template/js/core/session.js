// The session and the user as a storage keeps them, on any host. The engine decides what they are.

// Words for the engine (src/host/exports.rs).
const USER = 70;
const SESSION = 72;
const ACTIVE = 73;

// How often activity is written down, in milliseconds.
const PACE = 1000;

export const userKey = (pid) => 'tracebeam_user_' + encodeURIComponent(pid);
export const sessionKey = (pid) => 'tracebeam_session_' + encodeURIComponent(pid);

// `place`: texts by their key. `enter(text, call)`: runs `call(length)` with `text` in the engine's memory, guarded; gives the
// text that the engine left. `today()`: the date.
export function keeperOf(place, pid, core, enter, today) {
  const key = sessionKey(pid);
  let until = 0;
  let touched = 0;

  // Another page may have begun a session, or lengthened it: storage is read before it is written.
  const renew = (active) => {
    const date = today();
    touched = date;
    const text = enter(place._get(key), (length) => {
      until = core.note(length, active ? ACTIVE : SESSION, 0, date);
    });
    if (text) place._set(key, text);
  };

  const user = enter(place._get(userKey(pid)), (length) => core.note(length, USER, 0, 0));
  if (user) place._set(userKey(pid), user);
  renew(true);

  return {
    _renew: renew,
    // The user has done something.
    _touch() {
      if (today() - touched >= PACE) renew(true);
    },
    // A request is about to leave. It keeps the session alive while it is `shown`: what is polled in the background is no
    // user's activity, but it begins no request in a session that is over.
    _request(date, shown) {
      if (date > until || (shown && date - touched >= PACE)) renew(shown);
    },
  };
}
