// The wasm module, from the bytes that the build inlined. Synchronous: the page's next script is
// already traced. Throws where there is no WebAssembly, and rejects where it is forbidden; the caller decides what then.

import { decode } from './decode.js';

// No imports: the module can call nothing, so nothing of the page runs while the agent is at work.
export function instantiate() {
  const bytes = decode();
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports;
  } catch (_) {
    // Chromium before 114 compiles no more than 4 kB at once in a page. What else was wrong is wrong here too.
    return WebAssembly.instantiate(bytes, {}).then(({ instance }) => instance.exports);
  }
}
