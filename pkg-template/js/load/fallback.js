// The module, and where WebAssembly is missing or forbidden the JavaScript core instead.

import { instantiate as compile } from './instance.js';

/** @typedef {import('../core/door.js').Exports} Exports */

/**
 * @param {(error?: unknown) => Exports | Promise<Exports>} load Gives the JavaScript core; called with what went wrong.
 * @returns {() => Exports | Promise<Exports>}
 */
export const withFallback = (load) => () => {
  try {
    const core = /** @type {any} */ (compile());
    return core.then ? core.then(null, load) : core;
  } catch (error) {
    return load(error);
  }
};
