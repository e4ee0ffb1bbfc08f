// The session and the user, in the host's storage; one application, so nobody else writes there. The engine decides what they are.

// Words for the engine (src/host/exports.rs).
const USER = 70;
const SESSION = 72;
const ACTIVE = 73;

// How often activity is written down.
const PACE_MS = 1000;

export const userKey = (pid) => 'tracebeam_user_' + encodeURIComponent(pid);

// `enter(text, call)`: runs `call(length)` with `text` in the engine's memory, guarded; gives the text that the engine left.
export function sessionOf(box, pid, core, enter) {
  const key = 'tracebeam_session_' + encodeURIComponent(pid);
  let until = 0;
  let touched = 0;
  let shown = true;

  const renew = (active) => {
    const date = Date.now();
    touched = date;
    const text = enter(box._get(key), (length) => {
      until = core.note(length, active ? ACTIVE : SESSION, 0, date);
    });
    if (text) box._set(key, text);
  };

  const user = enter(box._get(userKey(pid)), (length) => core.note(length, USER, 0, 0));
  if (user) box._set(userKey(pid), user);
  renew(true);

  return {
    // A request is about to leave. It keeps the session alive while the application is on show.
    _request(date) {
      if (date > until || (shown && date - touched >= PACE_MS)) renew(shown);
    },
    _show(now) {
      shown = now;
      if (now) renew(true);
    },
  };
}
