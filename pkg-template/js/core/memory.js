// Reads and writes text in the engine's linear memory, for door.js alone. Reading uses TextDecoder, which is six times as fast
// as a loop; mini-programs have none. Writing uses a loop, which is faster than TextEncoder for short ASCII texts.

// Replaces lone surrogates, on which encodeURIComponent throws (pitfall P23).
const wellFormed = (/** @type {string} */ text) =>
  text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (c) => (c.length > 1 ? c : '\ufffd'));

// From a text to UTF-8 as a string with one character per byte, and back.
const encode = (/** @type {string} */ text) => unescape(encodeURIComponent(wellFormed(text)));
const decode = (/** @type {string} */ bytes) => decodeURIComponent(escape(bytes));

// String.fromCharCode takes its arguments on the stack, so longer texts are read in pieces.
const PIECE = 4096;

/** @param {import('./door.js').Exports} core */
export function memoryOf(core) {
  const decoder = __PAGES__ && typeof TextDecoder === 'function' && new TextDecoder();
  /** @type {Uint8Array} */
  let bytes;
  // When the memory grows, WebAssembly detaches the old buffer, but the JavaScript core leaves it readable. Comparing the
  // buffers notices both.
  const view = () => (bytes && bytes.buffer === core.memory.buffer ? bytes : (bytes = new Uint8Array(core.memory.buffer)));

  return {
    // Writes `text` into the input buffer. Returns its length in bytes.
    _write(/** @type {string} */ text) {
      if (/[^\0-\x7f]/.test(text)) text = encode(text);
      const { length } = text;
      const at = core.input(length);
      const target = view();
      for (let i = 0; i < length; i++) target[at + i] = text.charCodeAt(i);
      return length;
    },
    // The text of `length` bytes that the last call returned.
    _read(/** @type {number} */ length) {
      const at = core.output();
      const source = view().subarray(at, at + length);
      if (decoder) return decoder.decode(source);
      let text = '';
      for (let i = 0; i < length; i += PIECE) text += String.fromCharCode.apply(null, /** @type {any} */ (source.subarray(i, i + PIECE)));
      return /[^\0-\x7f]/.test(text) ? decode(text) : text;
    },
    // The first `length` bytes of the input buffer, for the caller to fill.
    _room(/** @type {number} */ length) {
      const at = core.input(length);
      return view().subarray(at, at + length);
    },
  };
}
