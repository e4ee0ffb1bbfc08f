// Puts a wrapper in the place of a host's function, and checks that it is there: on some devices the property is an accessor whose
// setter accepts everything and whose getter still returns the native function (pitfall M1).

import { defineProperty, getOwnPropertyDescriptor } from './property.js';

/**
 * Returns a function that undoes the change; null if the host refuses the change.
 * @param {any} api
 * @param {string} name
 * @param {Function} wrapper
 */
export function replace(api, name, wrapper) {
  const own = getOwnPropertyDescriptor(api, name);
  const define = () =>
    defineProperty(api, name, { configurable: true, enumerable: !own || own.enumerable, writable: true, value: wrapper });
  const assign = () => (api[name] = wrapper);
  const stands = (/** @type {() => void} */ change) => {
    try {
      change();
    } catch (_) {
      // Frozen, or not configurable.
    }
    return api[name] === wrapper;
  };
  if (!stands(define) && !stands(assign)) return null;
  return () => {
    // Other code has wrapped our wrapper, so it stays. The agent is off, and its wrapper passes calls on.
    if (api[name] !== wrapper) return;
    try {
      if (own) defineProperty(api, name, own);
      else delete api[name];
    } catch (_) {
      // The wrapper stays, and passes calls on.
    }
  };
}
