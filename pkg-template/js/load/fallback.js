// Instantiates the module, or loads the JavaScript core if WebAssembly is missing or forbidden.

import { instantiate, probe } from './instance.js';

/** @typedef {import('../core/door.js').Exports} Exports */

/**
 * @param {(error?: unknown) => Exports | Promise<Exports>} load Loads the JavaScript core. Its argument is the error.
 * @returns {import('../browser/agent.js').Instantiate}
 */
export const withFallback = (load) => () => (only) => {
  try {
    const core = /** @type {any} */ (only ? probe() : instantiate());
    return core && core.then ? core.then(null, load) : core;
  } catch (error) {
    return load(error);
  }
};
