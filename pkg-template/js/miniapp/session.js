// The session and the user, in the host's storage; one application, so nobody else writes there.

import { keeperOf } from '../core/session.js';

/**
 * @param {import('./storage.js').Box} box
 * @param {string} pid
 * @param {import('../core/line.js').Line} line
 */
export function sessionOf(box, pid, line) {
  const keeper = keeperOf(box, pid, line);
  let shown = true;
  return {
    // A request is about to leave.
    _request: (/** @type {number} */ date) => keeper._request(date, shown),
    // The application comes, or goes.
    _show(/** @type {boolean} */ now) {
      shown = now;
      if (now) keeper._renew(true);
    },
  };
}
