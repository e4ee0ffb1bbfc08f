// Plays what the engine's own tests recorded (tests/tape) to the module and to its JavaScript: each table, each scene.
// `cargo xtask test --only js` records; by hand: TRACEBEAM_TAPE=$PWD/target/xtask/tape.jsonl cargo test -p tracebeam

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cores } from './lib/cores.mjs';
import { doorOf } from './lib/door.mjs';

const TAPE = new URL('../../target/xtask/tape.jsonl', import.meta.url);
const tapes = readFileSync(TAPE, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

// JSON has no infinity.
const number = (value) => (/^(-?Infinity|NaN)$/.test(value) ? Number(value) : value);

// One verb of the tape: what is done at the door; what it answers must be what the engine answered natively.
const VERBS = {
  configure(door, entropy, href, tokens, origin, on) {
    door.feed(entropy.length, (room) => room.set(entropy));
    assert.equal(door.configure(`${href}\0\0${tokens}`, origin)._endpoint !== '', on);
  },
  reconfigure(door, tokens) {
    door.configure(`\0\0${tokens}`, 0);
  },
  start(door, id, text, flags, now, date, headers) {
    const [href, answers, method, ...own] = text.split('\0');
    const request = { _href: href, _method: method, _own: own.join('\0'), _flags: flags, _id: id, _at: now, _date: date };
    assert.equal((door.start(request, answers, 0) || []).join('\0'), headers);
  },
  end(door, id, status, failure, message, now) {
    door.end({ _id: id, _status: status, _failure: failure, _message: message, _at: now });
  },
  note(door, word, id, text, now) {
    door.note(word, text, id, now);
  },
  signal(door, what, now) {
    door.signal(what, now);
  },
  sent(door, batch, status, after, rejected, now) {
    door.sent(batch, { _status: status, _retryAfter: after, _rejected: rejected }, now);
  },
  adopt(door, bytes, count, age, probation, batch) {
    assert.equal(door.adopt(bytes, count, age, probation), batch);
  },
  poll(door, now, code, number, text) {
    const action = door.poll(now);
    assert.deepEqual(action ? [action._code, action._number, action._text] : [0, 0, text], [code, number, text]);
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
  test(`${name}: every scene of the engine's tests, to the byte`, async () => {
    let answers = 0;
    for (const { test: scene, tape } of tapes) {
      const door = await doorOf(make());
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

test('the tables are on the tape', async () => {
  for (const wanted of WANTED)
    assert.ok(
      tapes.some(({ test: scene }) => scene?.endsWith(wanted)),
      wanted
    );
});
