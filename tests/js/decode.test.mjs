// The module that the script's decoder makes is the module that the build took apart: every function, every instruction.

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';

const built = new URL('../../target/xtask/', import.meta.url);

// decode.js as the build has it, the module's text in place of the import.
async function decoded() {
  const source = await readFile(new URL('../../pkg-template/js/load/decode.js', import.meta.url), 'utf8');
  const file = new URL('decode-under-test.mjs', built);
  await writeFile(file, source.replace("'tracebeam-core-bytes'", "'./core-bytes.mjs'"));
  await writeFile(new URL('core-bytes.mjs', built), await readFile(new URL('core-bytes.js', built)));
  const { decode } = await import(file);
  await rm(file);
  return decode();
}

// Sections as they are, but the code as instructions: code, then numbers. What an access says of its
// alignment is left out, for it means nothing.
function read(bytes) {
  let at = 8;
  const byte = () => bytes[at++];
  const leb = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const next = byte();
      value |= BigInt(next & 127) << shift;
      if (next < 128) return { value, bits: shift + 7n, sign: next & 64 };
    }
  };
  const unsigned = () => Number(leb().value);
  const signed = () => {
    const { value, bits, sign } = leb();
    return sign ? value - (1n << bits) : value;
  };
  const instruction = () => {
    const op = byte();
    if (op >= 2 && op <= 4) return [op, byte()];
    if ([12, 13, 16, 32, 33, 34, 35, 36].includes(op)) return [op, unsigned()];
    if (op === 14) return [op, ...Array.from({ length: unsigned() + 1 }, unsigned)];
    if (op === 17) return [op, unsigned(), byte()];
    if (op >= 40 && op <= 62) return (unsigned(), [op, unsigned()]);
    if (op === 63 || op === 64) return [op, byte()];
    if (op === 65 || op === 66) return [op, signed()];
    if (op === 68) return [op, ...bytes.slice(at, (at += 8))];
    return [op];
  };
  const sections = [];
  while (at < bytes.length) {
    const id = byte();
    const length = unsigned();
    const end = at + length;
    if (id === 10) {
      const functions = Array.from({ length: unsigned() }, () => {
        const length = unsigned();
        const end = at + length;
        const locals = Array.from({ length: unsigned() }, () => [unsigned(), byte()]);
        const code = [];
        while (at < end) code.push(instruction());
        assert.equal(at, end);
        return { locals, code };
      });
      sections.push({ id, functions });
    } else sections.push({ id, content: [...bytes.slice(at, end)] });
    assert.ok(id !== 10 || at === end);
    at = end;
  }
  return sections;
}

test('every function and every instruction comes back', async () => {
  const bytes = await decoded();
  assert.ok(WebAssembly.validate(bytes));
  const [ours, theirs] = [read(bytes), read(await readFile(new URL('core.wasm', built)))];
  assert.equal(ours.length, theirs.length);
  ours.forEach((section, i) => assert.deepEqual(section, theirs[i]));
  assert.ok(
    ours.some((section) => section.functions?.length > 100),
    'there is code to compare'
  );
});
