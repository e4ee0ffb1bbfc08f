// Sends batches to the endpoint by the host's own function, taken before anything was wrapped. Hosts allow few requests at a time,
// and the application's come first: at most two of ours are in flight, each with a short time limit.

import { retryAfter } from '../core/retry.js';
import { isFunction } from './is.js';
import { headerOf, isForeign, statusOf } from './outcome.js';

const AT_ONCE = 2;
const TIMEOUT_MS = 5000;

/** @typedef {(answer: import('../core/door.js').Answer) => void} Done */

/**
 * @param {any} scope
 * @param {import('./hosts.js').Host} host
 * @param {string} endpoint
 * @param {(text: string) => void} warn Writes a warning once.
 */
export function transportOf(scope, host, endpoint, warn) {
  /** @type {(() => void)[]} */
  const waiting = [];
  let flying = 0;
  let refused = false;

  const send = (/** @type {string} */ body, /** @type {Done} */ done) => {
    /** @type {any} */
    let task;
    let over = false;
    flying++;
    const settle = (/** @type {any} */ result) => {
      if (over) return;
      over = true;
      flying--;
      scope.clearTimeout(timer);
      const known = result || {};
      const status = statusOf(known);
      if (!status && isForeign(known)) {
        // The engine is not told, because it would only try again.
        refused = true;
        warn(
          endpoint +
            " is not in this mini-program's domain list: add it to the request domains in the host's console. Events wait in storage for the next launch"
        );
      } else done({ _status: status, _retryAfter: retryAfter(headerOf(known, 'retry-after')), _rejected: 0 });
      next();
    };
    const timer = scope.setTimeout(() => {
      settle(0);
      if (task && isFunction(task.abort)) task.abort();
    }, TIMEOUT_MS);
    /** @type {any} */
    const options = { url: endpoint, method: 'POST', data: body, dataType: 'text', timeout: TIMEOUT_MS, success: settle, fail: settle };
    if (host._appx) options.headers = { 'Content-Type': 'text/plain' };
    else options.header = { 'content-type': 'text/plain' };
    try {
      task = host._native.call(host._api, options);
    } catch (_) {
      settle(0);
    }
  };

  const next = () => {
    while (!refused && flying < AT_ONCE && waiting.length) /** @type {() => void} */ (waiting.shift())();
  };

  /**
   * @param {string} body
   * @param {number} way
   * @param {Done} done Is called once; never if the host refuses the endpoint.
   */
  return (body, way, done) => {
    waiting.push(() => send(body, done));
    next();
  };
}
