// Text in and out of the engine's linear memory, for door.js alone. TextDecoder where there is one, six times as quick as a
// loop; mini-programs have none. No TextEncoder: for short ASCII, nearly everything here, a loop is quicker.

// A string without lone surrogates: encodeURIComponent throws on them (pitfall P23).
const wellFormed = (/** @type {string} */ text) =>
  text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (c) => (c.length > 1 ? c : '\ufffd'));

// UTF-8 bytes as a string with one character a byte, and back.
const encode = (/** @type {string} */ text) => unescape(encodeURIComponent(wellFormed(text)));
const decode = (/** @type {string} */ bytes) => decodeURIComponent(escape(bytes));

// String.fromCharCode takes its arguments from the stack: longer texts go in pieces.
const PIECE = 4096;

/** @param {import('./door.js').Exports} core */
export function memoryOf(core) {
  const decoder = __PAGES__ && typeof TextDecoder === 'function' && new TextDecoder();
  /** @type {Uint8Array} */
  let bytes;
  // Growing detaches the buffer, and in the JavaScript build leaves the old one behind unnoticed:
  // only the buffer's identity tells.
  const view = () => (bytes && bytes.buffer === core.memory.buffer ? bytes : (bytes = new Uint8Array(core.memory.buffer)));

  return {
    // Writes `text` to the input buffer; returns its length in bytes.
    _write(/** @type {string} */ text) {
      if (/[^\0-\x7f]/.test(text)) text = encode(text);
      const { length } = text;
      const at = core.input(length);
      const target = view();
      for (let i = 0; i < length; i++) target[at + i] = text.charCodeAt(i);
      return length;
    },
    // The `length` bytes of text that the last call left.
    _read(/** @type {number} */ length) {
      const at = core.output();
      const source = view().subarray(at, at + length);
      if (decoder) return decoder.decode(source);
      let text = '';
      for (let i = 0; i < length; i += PIECE) text += String.fromCharCode.apply(null, /** @type {any} */ (source.subarray(i, i + PIECE)));
      return /[^\0-\x7f]/.test(text) ? decode(text) : text;
    },
    // The input buffer's first `length` bytes, for the host to fill.
    _room(/** @type {number} */ length) {
      const at = core.input(length);
      return view().subarray(at, at + length);
    },
  };
}
