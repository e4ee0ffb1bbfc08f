// Batches to the endpoint, through functions captured before anything was patched: by construction
// no batch is ever traced or recorded, and zone.js schedules nothing for it.

import { patience } from '../core/patience.js';
import { nativeOf, quietly } from '../hook.js';

// A send without an answer is given up after this time: a socket that hangs is one the application lacks.
const TIMEOUT_MS = 10_000;
// Smaller bodies fit into few packets anyway.
const GZIP_FROM = 8000;

// Ways and answers as the engine numbers them (src/host/exports.rs, src/engine/queue.rs).
const NORMAL = 2;
const EXIT = 4;
const TAKEN = 1;
const NOT_TAKEN = 2;

// `otlp`: JSON to a Collector, which takes no text/plain. `gzip`: the endpoint is known to take it.
export function transportOf(scope, endpoint, otlp, gzip) {
  const { navigator, AbortController, CompressionStream, Response, Blob } = scope;
  const [fetch, setTimeout, clearTimeout] = ['fetch', 'setTimeout', 'clearTimeout'].map(
    (name) => scope['__zone_symbol__' + name] || nativeOf(scope, name)
  );

  const post = async (body, keepalive, headers, controller) => {
    const init = {
      method: 'POST',
      body,
      keepalive,
      headers,
      signal: controller && controller.signal,
      // No cookies of anybody's.
      credentials: 'omit',
      referrerPolicy: 'origin',
    };
    const response = await quietly(() => fetch.call(scope, endpoint, init));
    const answer = (name) => response.headers.get(name) || '';
    gzip = gzip || /gzip/.test(answer('accept-encoding'));
    let rejected = 0;
    if (otlp && response.ok) {
      // A Collector may take a batch in part. Its answer is short, or broken, and then says nothing.
      const { partialSuccess } = await response.json().catch(() => ({}));
      rejected = +(partialSuccess || {}).rejectedSpans || 0;
    } else if (response.body) {
      // An unread body would hold the connection.
      response.body.cancel().catch(() => {});
    }
    return [response.status, patience(answer('retry-after')), rejected];
  };

  // `done(status, retryAfter, rejected)` is called once, at once where the page goes away.
  return (body, way, done) => {
    // A string means text/plain, which needs no preflight.
    const headers = otlp ? { 'content-type': 'application/json' } : {};
    if (way === EXIT) {
      let taken = false;
      try {
        taken = !otlp && navigator.sendBeacon && navigator.sendBeacon(endpoint, body);
      } catch (_) {
        // Some browsers throw where others return false.
      }
      if (!taken) post(body, true, headers).catch(() => {});
      return done(taken || otlp ? TAKEN : NOT_TAKEN, 0, 0);
    }
    const controller = AbortController && new AbortController();
    const packed = gzip && way === NORMAL && CompressionStream && body.length > GZIP_FROM;
    const settle = ([status, after, rejected]) => {
      if (!timer) return;
      clearTimeout.call(scope, timer);
      timer = 0;
      // A preflight may forbid the header that gzip needs.
      if (packed && !status) gzip = 0;
      done(status, after, rejected);
    };
    let timer = setTimeout.call(
      scope,
      () => {
        settle([0, 0, 0]);
        if (controller) controller.abort();
      },
      TIMEOUT_MS
    );
    const pack = async () => {
      if (packed) {
        headers['content-encoding'] = 'gzip';
        body = await new Response(new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
        if (!otlp) headers['content-type'] = 'text/plain';
      }
      return post(body, way !== NORMAL, headers, controller);
    };
    pack().then(settle, () => settle([0, 0, 0]));
  };
}
