// evaluateApi: the application judges a request by its response. The function runs in a task of its own, so that the page's own
// handler never waits for it. A Response is cloned only if the application has configured `evaluateApi`.

import { fitting, revision } from './fitting.js';
import { unzoned } from './unzoned.js';

// At most this many requests are remembered until they end.
const MAX_CALLS = 1000;

/**
 * @param {any} scope
 * @param {import('./line.js').Settings} settings
 */
export function evaluatorOf(scope, settings) {
  const { Promise, Map } = scope;
  const setTimeout = unzoned(scope, 'setTimeout');
  /** @type {Map<number, { url: string, method: string }>} What `evaluateApi` is told of a request, by the request's number. */
  const calls = new Map();

  return {
    /** @param {import('./line.js').Numbered} request */
    _start(request) {
      const { _id, _href, _method } = request;
      if (settings._evaluate && !(__PAGES__ && request._unheard) && calls.size < MAX_CALLS)
        calls.set(_id, { url: _href, method: _method || 'GET' });
    },

    /**
     * Prepares the question, and takes the response before the page reads it. Returns a function that asks the application and
     * calls `then(said)` once with its answer; null where there is nobody to ask.
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
        // A Response is cloned. An XMLHttpRequest keeps its response.
        else if (subject) response = subject.clone ? subject.clone() : (xhr = subject).response;
      } catch (_) {
        // The body is already being read: the application gets no response.
      }
      return (then) => {
        const revise = (/** @type {any} */ answer) =>
          then(
            // URL, method, start, trace context and type stay as the agent knows them.
            '\0\0\0\0\0' +
              revision((/** @type {string} */ key) => {
                try {
                  return fitting(key, answer[key]);
                } catch (_) {
                  // This member is left out.
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
