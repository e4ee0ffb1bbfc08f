// What the page passes to fetch, read as the native function reads it: each member once, in its order,
// with its errors; and what is handed on instead, where a header is added. The page's objects stay as they are.

import { throwing } from './convert.js';
import { addHeader, eachHeader, traceHeader } from '../core/headers.js';
import { create, defineProperty, getOwnPropertyDescriptor, getOwnPropertyDescriptors, getPrototypeOf, ownKeys } from './natives.js';

const { isArray } = Array;
const { iterator } = Symbol;

// What our copies inherit: Object.prototype as it was when the agent came. What others put there
// later must not become a member of an init that the page never passed.
const PLAIN = create(null, getOwnPropertyDescriptors(Object.prototype));
delete PLAIN.__proto__;

// RequestInit's members as this browser reads them, in its order: it is asked.
export function membersOf(Request) {
  const names = [];
  new Request('data:,', new Proxy({}, { get: (_, name) => void names.push(name) }));
  return names;
}

// A copy of an object's own members. `_again`: the original is plain data, and reading it once more
// runs nobody's code. A Proxy may pass for it; its `get` trap has not run by now.
function copyOf(object) {
  const copy = create(PLAIN);
  const prototype = getPrototypeOf(object);
  let again = prototype === Object.prototype || !prototype;
  for (const key of ownKeys(object)) {
    const own = getOwnPropertyDescriptor(object, key);
    if (own.get || own.set || !own.enumerable) again = false;
    else copy[key] = own.value;
  }
  return { _copy: copy, _again: again, _failed: false };
}

// Gets the members as the native function would: through getters, classes, Proxies and pollution.
export function complete(read, init, members) {
  const { _copy: copy } = read;
  for (const name of members) {
    try {
      const value = init[name];
      if (value === undefined) delete copy[name];
      else copy[name] = value;
    } catch (error) {
      // The native function meets the error at the same place, and the page's code does not run twice.
      defineProperty(copy, name, { get: throwing(error) });
      read._failed = true;
      break;
    }
  }
  read._again = false;
}

export function readInit(init, members) {
  const read = copyOf(init);
  if (!read._again) complete(read, init, members);
  return read;
}

// Reads the value of `headers`. `_copy`, an array of pairs or a record, stands for it; `_own` are the trace headers in it.
export function readHeaders(headers, HeadersPrototype) {
  const own = create(null);
  let copy = create(PLAIN);
  let again = true;
  const see = (name, value) => {
    const lower = traceHeader(name);
    if (lower) addHeader(own, lower, value);
  };
  try {
    if (headers === undefined) {
      // A record of ours alone.
    } else if (isArray(headers) && headers.every(isArray)) {
      copy = headers.slice();
    } else if (headers[iterator] == null) {
      for (const key of ownKeys(headers)) {
        const { get, enumerable } = getOwnPropertyDescriptor(headers, key);
        if (enumerable) copy[key] = headers[key];
        if (get) again = false;
      }
    } else {
      // Many iterables can be read only once.
      again = getPrototypeOf(headers) === HeadersPrototype;
      copy = [];
      for (const pair of headers) copy.push(typeof pair === 'object' && pair && pair[iterator] ? [...pair] : pair);
    }
    if (isArray(copy)) copy.forEach((pair) => pair && see(pair[0], pair[1]));
    else ownKeys(copy).forEach((key) => see(key, copy[key]));
  } catch (error) {
    copy = { [iterator]: throwing(error) };
    return { _copy: copy, _again: false, _failed: true, _own: own };
  }
  return { _copy: copy, _again: again, _failed: false, _own: own };
}

// What was read, with `ours` ([name, value, …]) in it; a name of theirs that ours replaces is gone. Names
// keep their case on the wire, which a Headers object would lose.
export function withOurs({ _copy: copy, _own: own }, ours) {
  const names = ours.filter((name, i) => i % 2 === 0 && own[name]);
  const replaced = (name) => names.length && names.includes(traceHeader(name));
  if (!isArray(copy)) {
    if (names.length) for (const key of ownKeys(copy)) if (replaced(key)) delete copy[key];
    eachHeader(ours, (name, value) => (copy[name] = value));
    return copy;
  }
  const pairs = copy.filter((pair) => !replaced(pair && pair[0]));
  eachHeader(ours, (...pair) => pairs.push(pair));
  return pairs;
}

// An init of ours alone.
export const noInit = () => create(PLAIN);
