// The wasm module, from the bytes that the build inlined. Synchronous: the page's next script is
// already traced. Throws where WebAssembly is missing or forbidden; the caller decides what then.

import { decode } from './decode.js';

/** @typedef {import('../core/door.js').Exports} Exports */

/**
 * No imports: the module can call nothing, so nothing of the page runs while the agent is at work.
 * @returns {Exports | Promise<Exports>}
 */
export function instantiate() {
  const bytes = decode();
  try {
    return /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports);
  } catch (error) {
    // Chromium before 114 compiles no more than 4 kB at once in a page.
    if (!(error instanceof RangeError)) throw error;
    return WebAssembly.instantiate(bytes, {}).then((/** @type {any} */ { instance }) => instance.exports);
  }
}
