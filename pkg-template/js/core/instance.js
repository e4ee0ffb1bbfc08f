// The wasm module, from the bytes that the build inlined. Synchronous: the page's next script is
// already traced. Throws where the engine refuses; the caller decides what then.

import hex from 'tracebeam-core-bytes';

export function instantiate() {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.substr(i * 2, 2), 16);
  // No imports: the module can call nothing, so nothing of the page runs while the agent is at work.
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports;
}
