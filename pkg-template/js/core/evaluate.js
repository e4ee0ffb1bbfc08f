// evaluateApi: the application judges a request by what was answered. It runs in a task of its own, so
// that the page's own handler never waits for it, and a body is copied only because it asked for it.

import { GIVEN_DURATION, GIVEN_MESSAGE, GIVEN_NAME, GIVEN_PROPERTIES, GIVEN_STATUS_CODE, GIVEN_SUCCESS } from './door.js';
import { fitting, member } from './fitting.js';
import { unzoned } from './unzoned.js';

// What it may say of a request.
const GIVEN = {
  name: GIVEN_NAME,
  message: GIVEN_MESSAGE,
  success: GIVEN_SUCCESS,
  duration: GIVEN_DURATION,
  status_code: GIVEN_STATUS_CODE,
  properties: GIVEN_PROPERTIES,
};

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
    _start(request) {
      const { _id, _href, _method } = request;
      if (settings._evaluate && !(__PAGES__ && request._unheard) && calls.size < MAX_CALLS)
        calls.set(_id, { url: _href, method: _method || 'GET' });
    },

    /**
     * Asks the application. Returns a function that calls `then(given, members)` once, with the GIVEN_ bits and the
     * members of the event that it gave; null where there is nobody to ask.
     * @param {import('./line.js').End} end
     * @returns {((then: (given: number, members: string) => void) => void) | null}
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
        if (!__PAGES__) response = subject || undefined;
        else if (subject) response = subject.clone ? subject.clone() : (xhr = subject).response;
      } catch (_) {
        // A body in use: the application hears of the request without it.
      }
      return (then) => {
        const answered = (/** @type {any} */ answer) => {
          let members = '';
          let given = 0;
          try {
            for (const key in GIVEN) {
              const value = answer ? fitting(key, answer[key]) : undefined;
              if (value === undefined) continue;
              members += member(key, value);
              given |= GIVEN[key];
            }
          } catch (_) {
            // What it said until then counts.
          }
          then(given, members);
        };
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
