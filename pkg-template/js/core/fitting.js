// The members that an application may set on an event, cut to what an event can carry.

import { plain } from './plain.js';

const MAX_TEXT = 1000;
// A week. The gateway refuses a whole bundle if one of its durations is longer.
const MAX_DURATION = 604800000;

// At most 20 properties, with keys of 50 characters and values of 2,000. Keys and values are JSON texts, separated by the
// byte 1.
const properties = (/** @type {any} */ value) =>
  Object.keys(value)
    .slice(0, 20)
    .map((key) => {
      const item = value[key];
      const fits = typeof item === 'string' ? item.slice(0, 2000) : Number.isFinite(item) ? item : undefined;
      return fits === undefined ? '' : JSON.stringify(key.slice(0, 50)) + '\x01' + JSON.stringify(fits);
    })
    .filter((pair) => pair)
    .join('\x01');

/**
 * The value of a member as an event can carry it; `undefined` if it cannot.
 * @param {string} key
 * @param {any} value
 */
export const fitting = (key, value) => {
  const number = Number.isFinite(value);
  if (key === 'success') return value === 0 || value === 1 || value === -1 ? value : undefined;
  if (key === 'duration') return number && value >= 0 && value <= MAX_DURATION ? value : undefined;
  if (key === 'timestamp') return number && value >= 0 ? value : undefined;
  if (key === 'properties') return value && typeof value === 'object' ? properties(value) : undefined;
  const text = typeof value === 'string' ? plain(value.slice(0, MAX_TEXT)) : undefined;
  // A status code may be a number or a string: the engine passes the JSON text on as it is.
  return key === 'status_code' && (number || text) ? JSON.stringify(number ? value : text) : text;
};

/**
 * The members that an application may set on any event, in the order of the engine's `Said`.
 * @param {(key: string) => unknown} take Gives the value of a member; nothing where the application has not set it.
 */
export const revision = (take) => ['name', 'message', 'success', 'status_code', 'duration', 'properties'].map(take).join('\0');
