// Sends batches to the endpoint with the browser's own functions, so that zone.js runs no change detection for them, and
// `quietly`, so that they are neither traced nor recorded.

import { retryAfter } from '../core/retry.js';
import { ACTION_SEND, ACTION_SEND_EXIT, ANSWER_NOT_TAKEN, ANSWER_TAKEN } from '../core/door.js';
import { unzoned } from '../core/unzoned.js';
import { quietly } from './hook.js';

// A send without an answer is aborted after this time, because the application may need the connection.
const TIMEOUT_MS = 10_000;
// Smaller bodies, in characters, fit into few packets anyway.
const GZIP_FROM = 8000;

/** @typedef {import('../core/door.js').Answer} Answer */

/**
 * @param {any} scope
 * @param {any} fetch The native one.
 * @param {string} endpoint
 * @param {string} otlp Not empty if the endpoint is a Collector, which accepts JSON but not text/plain.
 * @param {string | boolean} gzip Whether the endpoint is known to accept gzip.
 */
export function transportOf(scope, fetch, endpoint, otlp, gzip) {
  const { navigator, AbortController, CompressionStream, Response, Blob } = scope;
  const setTimeout = unzoned(scope, 'setTimeout');
  const clearTimeout = unzoned(scope, 'clearTimeout');
  /** @type {(body: any, keepalive: boolean, headers: Record<string, string>, controller?: AbortController) => Promise<Answer>} */
  const post = async (body, keepalive, headers, controller) => {
    const init = {
      method: 'POST',
      body,
      keepalive,
      headers,
      signal: controller && controller.signal,
      // A batch carries no cookies.
      credentials: 'omit',
      referrerPolicy: 'origin',
    };
    const response = await quietly(() => fetch.call(scope, endpoint, init));
    const header = (/** @type {string} */ name) => response.headers.get(name) || '';
    gzip = gzip || /gzip/.test(header('accept-encoding'));
    let rejected = 0;
    if (otlp && response.ok) {
      // A Collector may reject a part of the batch. An answer that is not JSON does not say so.
      const { partialSuccess } = await response.json().catch(() => ({}));
      rejected = +(partialSuccess || {}).rejectedSpans || 0;
    } else if (response.body) {
      // An unread body would keep the connection busy.
      response.body.cancel().catch(() => {});
    }
    return { _status: response.status, _retryAfter: retryAfter(header('retry-after')), _rejected: rejected };
  };

  /**
   * @param {any} body
   * @param {number} way An ACTION_SEND number.
   * @param {(answer: Answer) => void} done Is called once; before this returns if the page is going away.
   */
  return (body, way, done) => {
    // A string as the body is sent as text/plain, which needs no preflight.
    /** @type {Record<string, string>} */
    const headers = otlp ? { 'content-type': 'application/json' } : {};
    if (way === ACTION_SEND_EXIT) {
      let taken = false;
      try {
        taken = !otlp && navigator.sendBeacon && navigator.sendBeacon(endpoint, body);
      } catch (_) {
        // Some browsers throw where others return false.
      }
      if (!taken) post(body, true, headers).catch(() => {});
      return done({ _status: taken || otlp ? ANSWER_TAKEN : ANSWER_NOT_TAKEN });
    }
    const controller = AbortController && new AbortController();
    const packed = gzip && way === ACTION_SEND && CompressionStream && body.length > GZIP_FROM;
    const settle = (/** @type {Answer} */ answer) => {
      if (!timer) return;
      clearTimeout.call(scope, timer);
      timer = 0;
      // The endpoint's preflight may have refused the header that gzip needs.
      if (packed && !answer._status) gzip = false;
      done(answer);
    };
    let timer = setTimeout.call(
      scope,
      () => {
        settle({ _status: 0 });
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
      return post(body, way !== ACTION_SEND, headers, controller);
    };
    pack().then(settle, () => settle({ _status: 0 }));
  };
}
