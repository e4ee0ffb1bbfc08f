// The session and the user as a storage keeps them, on any host. The engine decides what they are.

import { note, said, WORD_ACTIVE, WORD_SESSION, WORD_USER } from './door.js';

// How often activity is written down, in milliseconds.
const PACE = 1000;

/**
 * @typedef {object} Place Texts under their keys. Nothing here throws.
 * @property {(key: string) => string} _get Empty where there is none.
 * @property {(key: string, text: string) => void} _set
 */

export const userKey = (/** @type {string} */ pid) => 'tracebeam_user_' + encodeURIComponent(pid);
export const sessionKey = (/** @type {string} */ pid) => 'tracebeam_session_' + encodeURIComponent(pid);

/**
 * @param {Place} place
 * @param {string} pid
 * @param {import('./line.js').Line} line
 */
export function keeperOf(place, pid, line) {
  const key = sessionKey(pid);
  // The last moment at which the session is the same, and when its activity was written down; both since the epoch.
  let until = 0;
  let touched = 0;

  // Tells the engine what storage holds under `key`, and stores what it makes of it, if that is something else.
  const exchange = (/** @type {string} */ key, /** @type {number} */ word, /** @type {number} */ date) =>
    line._guarded(() => {
      const answer = note(word, place._get(key), 0, date);
      const text = said();
      if (text) place._set(key, text);
      return answer;
    });

  // Another page may have begun a session, or lengthened it: storage is read before it is written.
  const renew = (/** @type {boolean} */ active) => {
    touched = line._today();
    until = exchange(key, active ? WORD_ACTIVE : WORD_SESSION, touched) || until;
  };

  exchange(userKey(pid), WORD_USER, 0);
  renew(true);

  return {
    _renew: renew,
    // The user has done something.
    _touch() {
      if (line._today() - touched >= PACE) renew(true);
    },
    /**
     * A request is about to leave. It keeps the session alive while the page is `shown`: what is polled in the background
     * is no user's activity. But it begins no request in a session that is over.
     * @param {number} date
     * @param {boolean} shown
     */
    _request(date, shown) {
      if (date > until || (shown && date - touched >= PACE)) renew(shown);
    },
  };
}
