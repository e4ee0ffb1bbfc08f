// evaluateApi: the application judges a request by what was answered. It runs in a task of its own, so
// that the page's own handler never waits for it, and a body is copied only because it asked for it.

const REVISABLE = ['name', 'message', 'success', 'duration', 'status_code', 'properties'];
const MAX_TEXT = 1000;
const MAX_CALLS = 1000;

// `properties` as an event may carry them: 20, keys of 50 characters, values of 2,000.
const properties = (value) => {
  const kept = {};
  for (const key of Object.keys(value).slice(0, 20)) {
    const item = value[key];
    if (typeof item === 'string') kept[key.slice(0, 50)] = item.slice(0, 2000);
    else if (Number.isFinite(item)) kept[key.slice(0, 50)] = item;
  }
  return kept;
};

// The value of a member as it may stand in an event; `undefined` for anything else.
const fitting = (key, value) => {
  const number = Number.isFinite(value);
  if (key === 'success') return value === 0 || value === 1 || value === -1 ? value : undefined;
  if (key === 'duration') return number && value >= 0 ? value : undefined;
  if (key === 'properties') return value && typeof value === 'object' ? properties(value) : undefined;
  if (key === 'status_code' && number) return value;
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined;
};

export function evaluatorOf(scope, evaluate) {
  if (!evaluate) return null;
  const { Promise, Map } = scope;
  const setTimer = scope.__zone_symbol__setTimeout || scope.setTimeout;
  const calls = new Map();
  return {
    _start(id, url, method) {
      if (calls.size < MAX_CALLS) calls.set(id, { url, method: method || 'GET' });
    },
    // Returns what waits for the answer: `word(then)` calls `then(members, bits)` once.
    _end(id, subject, error) {
      const request = calls.get(id);
      calls.delete(id);
      if (!request) return null;
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
          let given = 0;
          try {
            REVISABLE.forEach((key, bit) => {
              const value = answer ? fitting(key, answer[key]) : undefined;
              if (value === undefined) return;
              members += `,"${key}":${JSON.stringify(value)}`;
              given |= 1 << bit;
            });
          } catch (_) {
            // What it said until then counts.
          }
          then(members, given);
        };
        setTimer.call(scope, () => {
          new Promise((resolve) => resolve(evaluate(request, response, error, xhr))).then(answered, () => answered());
        });
      };
    },
  };
}
