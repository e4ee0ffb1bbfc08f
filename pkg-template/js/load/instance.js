// Instantiates the wasm module from the bytes that the build inlined. This is synchronous, so that the requests of the page's next
// script are already traced. It throws if WebAssembly is missing or forbidden; the caller handles that.

import { decode } from './decode.js';

/** @typedef {import('../core/door.js').Exports} Exports */

// A module with one empty custom section. It is longer than 4 kB, because Chromium before 114 refuses to compile more than that
// synchronously in a page.
const PROBE = 5000;
const HEAD = [0, 97, 115, 109, 1, 0, 0, 0, 0, 0xfd, 0x26];

const compile = (/** @type {Uint8Array} */ bytes) => new WebAssembly.Module(/** @type {any} */ (bytes));

/**
 * The module has no imports: it can call nothing, so no code of the page runs while the engine is at work.
 * @returns {Exports | Promise<Exports>}
 */
export function instantiate() {
  const bytes = decode();
  try {
    return /** @type {any} */ (new WebAssembly.Instance(compile(bytes), {}).exports);
  } catch (error) {
    // Too long to be compiled synchronously (see PROBE).
    if (!(error instanceof RangeError)) throw error;
    return WebAssembly.instantiate(bytes, {}).then((/** @type {any} */ { instance }) => instance.exports);
  }
}

/**
 * Finds out whether this page may compile a module synchronously. If so, it returns nothing. Otherwise it throws, or returns the
 * engine, which is then being compiled.
 * @returns {void | Promise<Exports>}
 */
export function probe() {
  const bytes = new Uint8Array(PROBE);
  bytes.set(HEAD);
  try {
    compile(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return /** @type {any} */ (instantiate());
  }
}
