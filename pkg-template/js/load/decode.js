// Restores the module's bytes from the text that the build made of them. The text holds the instructions in one stream per kind,
// because that compresses better. xtask/src/build/streams.rs describes the streams, and digits.rs the characters.
//
// This code runs once and is interpreted, so it is written for an interpreter: one loop, few calls, and all characters' codes at
// once.

import text, { head, size, starts } from 'tracebeam-core-bytes';

// The streams (streams.rs). Streams 1 to 6 appear in KINDS only.
const REST = 0;
const LABELS = 2;
const RAW = 7;
const ADDRESSES = 8;
const FUNCTIONS = 9;
const CODES = 10;

// For each operation code, the stream of its operand; 0 if it has none.
const KINDS = '0011100000002200330000000000000044422000555555555555555555555551167';

export function decode() {
  const codes = typeof TextEncoder === 'function' ? new TextEncoder().encode(text) : Uint8Array.from(text, (c) => c.charCodeAt(0));
  const bytes = new Uint8Array(size);
  const at = starts.slice();
  // By character code: its digit, and its byte. The bytes −2 and −1 announce a second character.
  /** @type {number[]} */
  const digits = [];
  /** @type {number[]} */
  const table = [];
  let length = 0;
  let value = 0;
  for (let code = 32; code < 127; code++) {
    if (code === 34 || code === 60 || code === 92) continue;
    digits[code] = value;
    table[code] = value < 70 ? value - 2 : value + 29;
    value++;
  }

  // Copies a LEB128 number, and leaves its last byte in `value`. With `count`, copies that many bytes.
  /** @type {(stream: number, count?: number) => void} */
  const copy = (stream, count) => {
    let i = at[stream];
    do {
      value = table[codes[i++]];
      if (value < 0) {
        value = value * 92 + 184 + digits[codes[i++]];
        value += value < 31 ? 68 : 90;
      }
      bytes[length++] = value;
    } while (count ? --count : value > 127);
    at[stream] = i;
  };

  // Writes the length of everything since `start` into the four bytes before `start`.
  const measure = (/** @type {number} */ start) => {
    const n = length - start;
    bytes[start - 4] = n | 128;
    bytes[start - 3] = (n >> 7) | 128;
    bytes[start - 2] = (n >> 14) | 128;
    bytes[start - 1] = n >> 21;
  };

  copy(REST, head);
  const section = (length += 4);
  copy(FUNCTIONS);
  while (at[FUNCTIONS] < starts[CODES]) {
    const body = (length += 4);
    copy(FUNCTIONS);
    for (let groups = value; groups--;) {
      copy(FUNCTIONS);
      copy(FUNCTIONS);
    }
    let i = at[CODES];
    for (let depth = 1; depth;) {
      let op = table[codes[i++]];
      if (op < 0) {
        op = op * 92 + 184 + digits[codes[i++]];
        op += op < 31 ? 68 : 90;
      }
      bytes[length++] = op === 6 ? 65 : op;
      if (op > 39 && op < 63) bytes[length++] = 0;
      const kind = /** @type {any} */ (KINDS[op]) | 0;
      if (kind) {
        copy(kind);
        if (op < 5) depth++;
        else if (op === 17) bytes[length++] = 0;
      } else if (op === 11) depth--;
      else if (op === 6) copy(ADDRESSES);
      else if (op === 68) copy(RAW, 8);
      else if (op === 14) {
        copy(LABELS);
        for (let labels = value; labels-- >= 0;) copy(LABELS);
      }
    }
    at[CODES] = i;
    measure(body);
  }
  measure(section);
  copy(REST, size - length);
  return bytes;
}
