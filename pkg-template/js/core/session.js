// Keeps the session and the user in storage, on any host. The engine decides what they are.

import { note, said, WORD_ACTIVE, WORD_SESSION, WORD_USER } from './door.js';

// Activity is stored at most this often, in milliseconds.
const PACE = 1000;

/**
 * @typedef {object} Place A store of texts by key. It never throws.
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
  // When the session ends, and when its activity was last stored; both in milliseconds since the epoch.
  let until = 0;
  let touched = 0;

  // Tells the engine what is stored under `key`, and stores the engine's text if it differs.
  const exchange = (/** @type {string} */ key, /** @type {number} */ word, /** @type {number} */ date) =>
    line._guarded(() => {
      const answer = note(word, place._get(key), 0, date);
      const text = said();
      if (text) place._set(key, text);
      return answer;
    });

  // Storage is read before it is written, because another page may have begun or extended the session.
  const renew = (/** @type {boolean} */ active) => {
    touched = line._today();
    until = exchange(key, active ? WORD_ACTIVE : WORD_SESSION, touched) || until;
  };

  exchange(userKey(pid), WORD_USER, 0);
  renew(true);

  return {
    _renew: renew,
    // The user was active.
    _touch() {
      if (line._today() - touched >= PACE) renew(true);
    },
    /**
     * A request is about to leave. It extends the session only while the page is `shown`, because polling in the background is
     * no activity of the user. In any case a session that is over is renewed first.
     * @param {number} date
     * @param {boolean} shown
     */
    _request(date, shown) {
      if (date > until || (shown && date - touched >= PACE)) renew(shown);
    },
  };
}
