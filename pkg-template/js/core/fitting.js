// What an application may say of an event: each member as far as an event can carry it.

import { GIVEN_DURATION, GIVEN_MESSAGE, GIVEN_NAME, GIVEN_PROPERTIES, GIVEN_STATUS_CODE, GIVEN_SUCCESS, GIVEN_TYPE } from './door.js';
import { plain } from './plain.js';

const MAX_TEXT = 1000;

/** @type {Record<string, number>} */
const GIVEN = {
  name: GIVEN_NAME,
  message: GIVEN_MESSAGE,
  success: GIVEN_SUCCESS,
  duration: GIVEN_DURATION,
  status_code: GIVEN_STATUS_CODE,
  properties: GIVEN_PROPERTIES,
  type: GIVEN_TYPE,
};

// `properties` as an event may carry them: 20, keys of 50 characters, values of 2,000.
const properties = (/** @type {any} */ value) => {
  /** @type {Record<string, string | number>} */
  const copy = {};
  Object.keys(value)
    .slice(0, 20)
    .forEach((key) => {
      const item = value[key];
      const text = typeof item === 'string';
      if (text || Number.isFinite(item)) copy[key.slice(0, 50)] = text ? item.slice(0, 2000) : item;
    });
  return copy;
};

/**
 * The value of a member as it may stand in an event; `undefined` for anything else.
 * @param {string} key
 * @param {any} value
 */
export const fitting = (key, value) => {
  const number = Number.isFinite(value);
  if (key === 'success') return value === 0 || value === 1 || value === -1 ? value : undefined;
  if (key === 'duration' || key === 'timestamp') return number && value >= 0 ? value : undefined;
  if (key === 'properties') return value && typeof value === 'object' ? properties(value) : undefined;
  if (key === 'status_code' && number) return value;
  return typeof value === 'string' ? plain(value.slice(0, MAX_TEXT)) : undefined;
};

/**
 * @typedef {object} Revision What an application says of an event.
 * @property {number} _given The GIVEN_ bits of its members,
 * @property {string} _members and these, as the engine puts them into the event.
 */

/**
 * Adds what `take` gives for these members, where it fits.
 * @param {Revision} revision
 * @param {string[]} keys
 * @param {(key: string) => unknown} take
 */
export function addMembers(revision, keys, take) {
  for (const key of keys) {
    const value = take(key);
    if (value === undefined) continue;
    revision._members += ',"' + key + '":' + JSON.stringify(value);
    revision._given |= GIVEN[key];
  }
}
