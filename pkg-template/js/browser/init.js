// Reads the page's arguments of fetch as the native function would: each member once, in the same order, with the same errors.
// Where a header is added, a copy is passed on; the page's own objects never change.

import { throwing } from './convert.js';
import { addHeader, eachHeader, traceHeader } from '../core/headers.js';
import { create, defineProperty, getOwnPropertyDescriptor, getOwnPropertyDescriptors, getPrototypeOf, ownKeys } from './natives.js';

const { isArray } = Array;
const { iterator } = Symbol;

// The prototype of our copies: Object.prototype as it was when the agent started. What scripts add to Object.prototype later
// must not become a member that the page never passed.
const PLAIN = create(null, getOwnPropertyDescriptors(Object.prototype));
delete PLAIN.__proto__;

/**
 * @typedef {object} ReadInit An init, as it was read.
 * @property {any} _copy Its own members, as the native function would read them.
 * @property {boolean} _again The page's object is plain data: reading it again runs no code of the page.
 * @property {boolean} _failed Reading it threw. The copy throws the same error to the native function.
 */

/** @typedef {ReadInit & { _own: Record<string, string> }} ReadHeaders The member `headers`, as it was read, and the trace headers in it (`_own`). */

// The members of RequestInit in the order in which this browser reads them. A Proxy records the names.
export function membersOf(/** @type {any} */ Request) {
  /** @type {string[]} */
  const names = [];
  // Not an object literal: what a script has put on Object.prototype must not become a trap.
  const handler = create(null);
  handler.get = (/** @type {any} */ _, /** @type {string} */ name) => void names.push(name);
  new Request('data:,', new Proxy({}, handler));
  return names;
}

// Copies an object's own members. A Proxy may look like plain data, but its `get` trap has not run yet.
/**
 * @param {any} object
 * @returns {ReadInit}
 */
function copyOf(object) {
  const copy = create(PLAIN);
  const prototype = getPrototypeOf(object);
  let again = prototype === Object.prototype || !prototype;
  for (const key of ownKeys(object)) {
    const own = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(object, key));
    if (own.get || own.set || !own.enumerable) again = false;
    else copy[key] = own.value;
  }
  return { _copy: copy, _again: again, _failed: false };
}

// Reads the members as the native function would: through getters, classes, Proxies, and Object.prototype.
/**
 * @param {ReadInit} read
 * @param {any} init
 * @param {string[]} members
 */
export function complete(read, init, members) {
  const { _copy: copy } = read;
  for (const name of members) {
    try {
      const value = init[name];
      if (value === undefined) delete copy[name];
      else copy[name] = value;
    } catch (error) {
      // The native function meets the error at the same member, and the page's getter does not run twice.
      defineProperty(copy, name, { get: throwing(error) });
      read._failed = true;
      break;
    }
  }
  read._again = false;
}

/**
 * @param {any} init
 * @param {string[]} members
 */
export function readInit(init, members) {
  const read = copyOf(init);
  if (!read._again) complete(read, init, members);
  return read;
}

// Reads the value of `headers`. `_copy` is an array of pairs or a record with the same content.
/**
 * @param {any} headers
 * @param {object} HeadersPrototype
 * @returns {ReadHeaders}
 */
export function readHeaders(headers, HeadersPrototype) {
  const own = create(null);
  /** @type {any} */
  let copy = create(PLAIN);
  let again = true;
  const see = (/** @type {unknown} */ name, /** @type {unknown} */ value) => {
    const lower = traceHeader(name);
    if (lower) addHeader(own, lower, value);
  };
  try {
    if (headers === undefined) {
      // There is nothing to copy.
    } else if (isArray(headers) && headers.every(isArray)) {
      copy = headers.slice();
    } else if (headers[iterator] == null) {
      for (const key of ownKeys(headers)) {
        const { get, enumerable } = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(headers, key));
        if (enumerable) copy[key] = headers[key];
        if (get) again = false;
      }
    } else {
      // Many iterables can be read only once.
      again = getPrototypeOf(headers) === HeadersPrototype;
      copy = [];
      for (const pair of headers) copy.push(typeof pair === 'object' && pair && pair[iterator] ? [...pair] : pair);
    }
    if (isArray(copy)) copy.forEach((/** @type {any} */ pair) => pair && see(pair[0], pair[1]));
    else ownKeys(copy).forEach((key) => see(key, copy[key]));
  } catch (error) {
    copy = { [iterator]: throwing(error) };
    return { _copy: copy, _again: false, _failed: true, _own: own };
  }
  return { _copy: copy, _again: again, _failed: false, _own: own };
}

// Adds `ours` ([name, value, …]) to the headers that were read, in the place of the page's headers of the same names. Names keep
// their case on the wire, which a Headers object would change.
/**
 * @param {ReadHeaders} read
 * @param {string[]} ours
 */
export function withOurs({ _copy: copy, _own: own }, ours) {
  const names = ours.filter((name, i) => i % 2 === 0 && own[name]);
  const replaced = (/** @type {unknown} */ name) => names.length && names.includes(/** @type {string} */ (traceHeader(name)));
  if (!isArray(copy)) {
    if (names.length) for (const key of ownKeys(copy)) if (replaced(key)) delete copy[key];
    eachHeader(ours, (name, value) => (copy[name] = value));
    return copy;
  }
  const pairs = copy.filter((/** @type {any} */ pair) => !replaced(pair && pair[0]));
  eachHeader(ours, (...pair) => pairs.push(pair));
  return pairs;
}

// An empty init.
export const noInit = () => create(PLAIN);
