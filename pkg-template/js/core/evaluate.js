// evaluateApi: the application judges a request by its response. It runs in a task of its own, so that the page's own handler
// never waits for it. A response is copied only where there is such a function.

import { fitting, revision } from './fitting.js';
import { unzoned } from './unzoned.js';

// Most requests that wait for their end here.
const MAX_CALLS = 1000;

/**
 * @param {any} scope
 * @param {import('./line.js').Settings} settings
 */
export function evaluatorOf(scope, settings) {
  const { Promise, Map } = scope;
  const setTimeout = unzoned(scope, 'setTimeout');
  /** @type {Map<number, { url: string, method: string }>} By the request's number: what `evaluateApi` hears of it. */
  const calls = new Map();

  return {
    /** @param {import('./line.js').Numbered} request */
    _start(request) {
      const { _id, _href, _method } = request;
      if (settings._evaluate && !(__PAGES__ && request._unheard) && calls.size < MAX_CALLS)
        calls.set(_id, { url: _href, method: _method || 'GET' });
    },

    /**
     * Asks the application. Returns a function that calls `then(said)` once, with what the application said of the request;
     * null where there is nobody to ask.
     * @param {import('./line.js').End} end
     * @returns {((then: (said: string) => void) => void) | null}
     */
    _end({ _id: id, _subject: subject, _error: error }) {
      const request = calls.get(id);
      calls.delete(id);
      const evaluate = settings._evaluate;
      if (!request || !evaluate) return null;
      /** @type {any} */
      let xhr;
      /** @type {any} */
      let response;
      try {
        if (!__PAGES__) response = subject || undefined;
        // A Response can be copied. An XMLHttpRequest holds its answer itself.
        else if (subject) response = subject.clone ? subject.clone() : (xhr = subject).response;
      } catch (_) {
        // The body is in use: the application gets no response.
      }
      return (then) => {
        const revise = (/** @type {any} */ answer) =>
          then(
            // The agent itself knows best where the request went, when, and how.
            '\0\0\0\0\0' +
              revision((/** @type {string} */ key) => {
                try {
                  return fitting(key, answer[key]);
                } catch (_) {
                  // The other members count.
                }
              })
          );
        setTimeout.call(scope, () => {
          new Promise((/** @type {(value: any) => void} */ resolve) => resolve(evaluate(request, response, error, xhr))).then(revise, () =>
            revise(null)
          );
        });
      };
    },
  };
}
