// Instantiates the wasm module from the bytes that the build inlined. This is synchronous, so that the requests of the page's next
// script are already traced. It throws if WebAssembly is missing or forbidden; the caller handles that.

import { decode } from './decode.js';

/** @typedef {import('../core/door.js').Exports} Exports */

/**
 * The module has no imports: it can call nothing, so no code of the page runs while the engine is at work.
 * @returns {Exports | Promise<Exports>}
 */
export function instantiate() {
  const bytes = decode();
  try {
    return /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports);
  } catch (error) {
    // Chromium before 114 refuses to compile more than 4 kB synchronously in a page.
    if (!(error instanceof RangeError)) throw error;
    return WebAssembly.instantiate(bytes, {}).then((/** @type {any} */ { instance }) => instance.exports);
  }
}
