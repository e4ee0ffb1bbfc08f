// Puts the agent's wrappers on the host's object: one wrapper per function, even if a function has several names.

import { KINDS } from './hosts.js';
import { isFunction } from './is.js';
import { defineProperty } from './property.js';
import { replace } from './replace.js';

// A wrapper's property with the running agent's interface, for a second copy of this package to find.
export const MARK = '__tracebeam';

/**
 * @param {import('./hosts.js').Host} host
 * @param {import('./request.js').Trace} trace
 * @param {object} api
 * @param {(text: string) => void} warn Writes a warning once.
 */
export function patch(host, trace, api, warn) {
  /** @type {Function[][]} Each function with its wrapper. */
  const pairs = [];
  /** @type {(() => void)[]} */
  const undo = [];

  const wrapperOf = (/** @type {Function} */ native, /** @type {number} */ kind, /** @type {boolean} */ late) => {
    const [known] = pairs.filter((pair) => pair.indexOf(native) >= 0);
    if (known) return known[1];
    const wrapper = trace(native, kind, late);
    defineProperty(wrapper, MARK, { value: api });
    pairs.push([native, wrapper]);
    return wrapper;
  };

  return {
    // Runs again when the application comes back (`late`), because other code may have replaced a wrapper by its own function.
    _apply: (/** @type {boolean} */ late) =>
      host._apis.forEach((target) =>
        KINDS.forEach((name, kind) => {
          const native = target[name];
          if (!isFunction(native) || native[MARK]) return;
          const restore = replace(target, name, wrapperOf(native, kind, late));
          if (restore) undo.unshift(restore);
          else warn('this device does not let request functions be replaced: use wrapRequest()');
        })
      ),
    _wrap: (/** @type {Function} */ native, /** @type {number} */ kind) => wrapperOf(native, kind, false),
    _stop: () => undo.splice(0).forEach((restore) => restore()),
  };
}
