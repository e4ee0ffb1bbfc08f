// What an application may say of an event: each member as far as an event can carry it.

import { plain } from './plain.js';

const MAX_TEXT = 1000;
// A week: the gateway refuses a whole bundle for a longer duration.
const MAX_DURATION = 604800000;

// `properties` as an event may carry them: 20, keys of 50 characters, values of 2,000. Keys and values are JSON, with a byte 1
// between them.
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
 * The value of a member as it may stand in an event; `undefined` for anything else.
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
  // The engine hands on a status code as it came, a number or a string.
  return key === 'status_code' && (number || text) ? JSON.stringify(number ? value : text) : text;
};

/**
 * The members that an application may say of any event, in the order of the engine's `Said`.
 * @param {(key: string) => unknown} take Gives the value of a member; nothing where it is not said.
 */
export const revision = (take) => ['name', 'message', 'success', 'status_code', 'duration', 'properties'].map(take).join('\0');
