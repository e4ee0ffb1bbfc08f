// evaluateApi: the application judges a request by what was answered. It runs in a task of its own, so
// that the page's own handler never waits for it, and a body is copied only because it asked for it.

import { fitting, revision } from './fitting.js';
import { unzoned } from './unzoned.js';

// Most requests of which the application is told at a time.
const MAX_CALLS = 1000;

/**
 * @param {any} scope
 * @param {import('./line.js').Settings} settings
 */
export function evaluatorOf(scope, settings) {
  const { Promise, Map } = scope;
  const setTimeout = unzoned(scope, 'setTimeout');
  const calls = new Map();

  return {
    /** @param {import('./line.js').Start} request */
    _start({ _id, _href, _method, _unheard }) {
      if (settings._evaluate && !_unheard && calls.size < MAX_CALLS) calls.set(_id, { url: _href, method: _method || 'GET' });
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
      let xhr;
      let response;
      try {
        // An answer to fetch can be copied; the other kind of subject has its answer in itself.
        if (subject) response = subject.clone ? subject.clone() : (xhr = subject).response;
      } catch (_) {
        // A body in use: the application hears of the request without it.
      }
      return (then) => {
        const answered = (/** @type {any} */ answer) =>
          then(
            // Of where it went, when, and how, the agent knows more.
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
          new Promise((/** @type {(value: any) => void} */ resolve) => resolve(evaluate(request, response, error, xhr))).then(
            answered,
            () => answered(null)
          );
        });
      };
    },
  };
}
