// Instantiates the module, or loads the JavaScript core if WebAssembly is missing or forbidden.

import { instantiate as compile } from './instance.js';

/** @typedef {import('../core/door.js').Exports} Exports */

/**
 * @param {(error?: unknown) => Exports | Promise<Exports>} load Loads the JavaScript core. Its argument is the error.
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
