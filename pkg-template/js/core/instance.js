// The wasm module, from the bytes that the build inlined. Synchronous: the page's next script is
// already traced. Throws where there is no WebAssembly, and rejects where it is forbidden; the caller decides what then.

import text from 'tracebeam-core-bytes';

// The reverse of xtask/src/build/embed.rs, where the code is described.
function decode() {
  const bytes = new Uint8Array(text.length);
  let at = 0;
  let length = 0;
  const digit = () => {
    const code = text.charCodeAt(at++) - 32;
    return code - (code > 2) - (code > 28) - (code > 60);
  };
  while (at < text.length) {
    let value = digit();
    if (value < 2) {
      value = value * 92 + digit();
      value += value < 34 ? 70 : 90;
    } else value += value < 72 ? -2 : 32;
    bytes[length++] = value;
  }
  return bytes.subarray(0, length);
}

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
