// Plays what the engine's own tests recorded (tests/tape) to the module and to its JavaScript: each table, each scene.
// `cargo xtask test --only js` records; by hand: TRACEBEAM_TAPE=$PWD/target/xtask/tape.jsonl cargo test -p tracebeam

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { memoryOf } from '../../pkg-template/js/core/memory.js';
import { cores } from './lib/cores.mjs';

const TAPE = new URL('../../target/xtask/tape.jsonl', import.meta.url);
const tapes = readFileSync(TAPE, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const CODE_BITS = 4;
// JSON has no infinity.
const number = (value) => (/^(-?Infinity|NaN)$/.test(value) ? Number(value) : value);

// One verb of the tape: what is done at the door; what it answers must be what the engine answered natively.
const VERBS = {
  configure({ core, write, memory }, entropy, href, tokens, origin, on) {
    memory._room(entropy.length).set(entropy);
    core.entropy(entropy.length);
    assert.equal(core.configure(write(`${href}\0\0${tokens}`), origin) > 0, on);
  },
  reconfigure({ core, write }, tokens) {
    core.configure(write(`\0\0${tokens}`), 0);
  },
  start({ core, write, read }, id, text, flags, now, date, headers) {
    assert.equal(read(core.start(write(text), id, flags, now, date)), headers);
  },
  end({ core, write }, id, status, failure, message, now) {
    core.end(write(message), id, status, failure, now);
  },
  note({ core, write }, word, id, text, now) {
    core.note(write(text), word, id, now);
  },
  signal({ core }, what, now) {
    core.signal(what, now);
  },
  sent({ core }, batch, status, after, rejected, now) {
    core.sent(batch, status, after, rejected, now);
  },
  adopt({ core }, bytes, count, age, batch) {
    assert.equal(core.adopt(bytes, count, age), batch);
  },
  poll({ core, read }, now, code, number, text) {
    const action = core.poll(now);
    assert.deepEqual([action & ((1 << CODE_BITS) - 1), action >>> CODE_BITS], [code, number]);
    if (code) assert.equal(read(core.output_len()), text);
  },
};

const WANTED = [
  'rows_of_the_table',
  'foreign_traceparents',
  'tracestate_beside_the_applications_own',
  'baggage_beside_the_applications_own',
  'one_line_from_the_call_to_the_bundle',
];

for (const [name, make] of Object.entries(cores)) {
  test(`${name}: every scene of the engine's tests, to the byte`, () => {
    let answers = 0;
    for (const { test: scene, tape } of tapes) {
      const core = make();
      const memory = memoryOf(core);
      const door = { core, memory, write: (text) => memory._write(text), read: (length) => (length ? memory._read(length) : '') };
      tape.forEach(([verb, ...args], at) => {
        try {
          VERBS[verb](door, ...args.map(number));
          answers++;
        } catch (error) {
          error.message = `${scene}, step ${at}, ${verb} ${JSON.stringify(args).slice(0, 300)}: ${error.message}`;
          throw error;
        }
      });
    }
    assert.ok(tapes.length > 100 && answers > 1000, `${tapes.length} scenes, ${answers} answers`);
  });
}

test('the tables are on the tape', () => {
  for (const wanted of WANTED)
    assert.ok(
      tapes.some(({ test: scene }) => scene?.endsWith(wanted)),
      wanted
    );
});
