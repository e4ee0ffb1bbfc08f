// Batches to the endpoint, through functions captured before anything was patched: by construction
// no batch is ever traced or recorded, and zone.js schedules nothing for it.

import { nativeOf } from '../hook.js';

export function transportOf(scope, endpoint) {
  const { navigator } = scope;
  const fetch = scope.__zone_symbol__fetch || nativeOf(scope, 'fetch');

  const post = (body, keepalive) => {
    const request = fetch.call(scope, endpoint, {
      method: 'POST',
      body,
      keepalive,
      // text/plain, which a string body means, needs no preflight; no cookies of anybody's.
      credentials: 'omit',
      referrerPolicy: 'origin',
    });
    request.then(
      // An unread body would hold the connection.
      (response) => response.body && response.body.cancel(),
      () => {}
    );
  };

  // `exit`: the page is going away, nothing can be awaited any more.
  return (body, exit) => {
    try {
      if (exit && navigator.sendBeacon && navigator.sendBeacon(endpoint, body)) return;
    } catch (_) {
      // Some browsers throw where others return false.
    }
    post(body, exit);
  };
}
