// evaluateApi: the application judges a request by what was answered. It runs in a task of its own, so
// that the page's own handler never waits for it, and a body is copied only because it asked for it.

import { fitting, member } from './fitting.js';

const REVISABLE = ['name', 'message', 'success', 'duration', 'status_code', 'properties'];
const MAX_CALLS = 1000;

// `given()`: the application's function, if there is one.
export function evaluatorOf(scope, given) {
  const { Promise, Map } = scope;
  const setTimer = scope.__zone_symbol__setTimeout || scope.setTimeout;
  const calls = new Map();
  return {
    _start(id, url, method) {
      if (given() && calls.size < MAX_CALLS) calls.set(id, { url, method: method || 'GET' });
    },
    // Returns what waits for the answer: `word(then)` calls `then(members, bits)` once.
    _end(id, subject, error) {
      const request = calls.get(id);
      calls.delete(id);
      const evaluate = given();
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
        const answered = (answer) => {
          let members = '';
          let bits = 0;
          try {
            REVISABLE.forEach((key, bit) => {
              const value = answer ? fitting(key, answer[key]) : undefined;
              if (value === undefined) return;
              members += member(key, value);
              bits |= 1 << bit;
            });
          } catch (_) {
            // What it said until then counts.
          }
          then(members, bits);
        };
        setTimer.call(scope, () => {
          new Promise((resolve) => resolve(evaluate(request, response, error, xhr))).then(answered, () => answered());
        });
      };
    },
  };
}
