// The session and the user, in the host's storage; one application, so nobody else writes there.

import { keeperOf } from '../core/session.js';

export function sessionOf(box, pid, core, enter) {
  const keeper = keeperOf(box, pid, core, enter, () => Date.now());
  let shown = true;
  return {
    _request: (date) => keeper._request(date, shown),
    _show(now) {
      shown = now;
      if (now) keeper._renew(true);
    },
  };
}
