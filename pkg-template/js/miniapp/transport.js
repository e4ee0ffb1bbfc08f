// Batches to the endpoint, by the host's own function, which was kept before anything was wrapped. The application's requests
// come first: hosts allow few at a time, so ours are two at most, and none waits long.

import { patience } from '../core/patience.js';
import { headerOf, isForeign, statusOf } from './outcome.js';

const AT_ONCE = 2;
const TIMEOUT_MS = 5000;

// `native`: the host's request function; `warn` says a text once.
export function transportOf(scope, host, native, endpoint, warn) {
  const waiting = [];
  let flying = 0;
  let refused = false;

  const refuse = () => {
    refused = true;
    warn(
      `${endpoint} is not in this mini-program's domain list: add it to the request domains in the host's console. Events wait in storage for the next launch`
    );
  };

  const send = ([body, done]) => {
    let task;
    let over;
    flying++;
    const settle = (result) => {
      if (over) return;
      over = true;
      flying--;
      scope.clearTimeout(timer);
      const known = result || {};
      const status = statusOf(known);
      // For good: an answer would only make the engine try again.
      if (!status && isForeign(known)) refuse();
      else done({ _status: status, _retryAfter: patience(headerOf(known, 'retry-after')), _rejected: 0 });
      next();
    };
    const timer = scope.setTimeout(() => {
      settle();
      if (task && typeof task.abort === 'function') task.abort();
    }, TIMEOUT_MS);
    const header = {};
    header[host._appx ? 'Content-Type' : 'content-type'] = 'text/plain';
    try {
      task = native.call(host._api, {
        url: endpoint,
        method: 'POST',
        data: body,
        [host._appx ? 'headers' : 'header']: header,
        dataType: 'text',
        timeout: TIMEOUT_MS,
        success: settle,
        fail: settle,
      });
    } catch (_) {
      settle();
    }
  };

  const next = () => {
    while (!refused && flying < AT_ONCE && waiting.length) send(waiting.shift());
  };

  /**
   * @param {string} body
   * @param {number} way
   * @param {(answer: import('../core/door.js').Answer) => void} done Is called once; never, where the host refuses the endpoint.
   */
  return (body, way, done) => {
    waiting.push([body, done]);
    next();
  };
}
