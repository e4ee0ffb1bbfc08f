// The core without WebAssembly against the core with it: the same calls, the same answers, byte for byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'acorn';
import { cores, javascript, module } from './lib/cores.mjs';
import { Door, TRACED, WORD_FAILED, WORD_HELD, WORD_NAMED, WORD_REVOKED, WORD_UNREAD, WORD_VIEW } from './lib/door.mjs';

// What is said of some requests.
const WORDS = [WORD_HELD, WORD_NAMED, WORD_UNREAD, WORD_FAILED, WORD_VIEW];

const PROTOCOLS = '{1\0kpropagatorTypes\0[5\0"tracecontext\0\0"b3\0\0"b3multi\0\0"jaeger\0\0"sw8\0';
// tracing: all protocols to an origin that a string names, sampling at 50 %.
const MANY = [
  '{3\0kpid\0"shop\0\0kendpoint\0"/rum\0https://shop.example/rum\0ktracing\0{3',
  'ksample\0#50\0kbaggage\0t',
  `kallowedUrls\0[2\0{2\0kmatch\0"https://a.example\0https://a.example/\0${PROTOCOLS.slice(3)}\0r0`,
].join('\0');

// Calls as of a page of many kinds of requests, the same for each core.
function work(door) {
  const urls = [
    'https://shop.example/api?q=1',
    'https://a.example/x',
    'https://b.example/',
    'wss://a.example/',
    'https://shop.example/ä✓',
    '',
  ];
  for (let id = 1; id < 400; id++) {
    door.now += id * 3.25;
    const own = id % 5 ? '' : 'traceparent\x0000-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    door.start(id, urls[id % urls.length], { answers: id % 7 ? '0' : '1', method: id % 2 ? 'GET' : 'POST', own, flags: id % 11 });
    if (id % 13 === 0) door.word(WORD_REVOKED, id);
    if (id % 3) door.end(id, 200 + (id % 300), id % 4, id % 9 ? '' : 'Tout va bien ✓ \u{1f600}');
    // evaluateApi is awaited, a name is given, a body is not read, an element failed, the view changes.
    if (id % 17 === 0) for (const word of WORDS) door.word(word, id, urls[id % urls.length]);
    if (id % 90 === 0) door.flush();
    if (id % 50 === 0) door.signal((id / 50) % 7);
  }
}

test('the module asks JavaScript for nothing, and the JavaScript core exports the same', async () => {
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  assert.ok(names.includes('memory') && names.includes('start'));
  assert.deepEqual(Object.keys(cores.nowasm()).sort(), names.sort());
});

test('the JavaScript core is ES5 and declares nothing outside itself', async () => {
  const program = parse(javascript, { ecmaVersion: 5, sourceType: 'script' });
  const [strict, assignment, ...rest] = program.body;
  assert.equal(strict.directive, 'use strict');
  assert.equal(assignment.expression.type, 'AssignmentExpression');
  assert.deepEqual(rest, []);
});

for (const [name, tokens] of Object.entries({ TRACED, MANY, nonsense: 'x' })) {
  test(`both cores say the same: ${name}`, async () => {
    const doors = await Promise.all(Object.values(cores).map((make) => Door.to(make())));
    for (const door of doors) {
      door.configure(tokens);
      work(door);
    }
    assert.deepEqual(doors[1].said, doors[0].said);
    // Nonsense is a warning; the others are thousands of answers.
    assert.ok(doors[0].said.length > (name === 'nonsense' ? 0 : 300), `${doors[0].said.length} lines`);
  });
}

for (const [name, make] of Object.entries(cores)) {
  test(`${name}: the memory grows under our hands, and no view goes stale`, async () => {
    const core = make();
    const door = await Door.to(core);
    door.configure(TRACED);
    const before = core.memory.buffer;
    const first = new Uint8Array(before);
    const long = 'https://shop.example/' + 'x'.repeat(4_000_000);
    // The text is written right after the room for it was made, which is when the memory grows.
    assert.match(door.start(1, long), /^traceparent\0/);
    assert.ok(core.memory.buffer !== before, 'the memory grew');
    assert.ok(core.memory.buffer.byteLength > 4_000_000);
    // WebAssembly detaches the old buffer. JavaScript cannot: an old view of it still reads, and reads old bytes.
    assert.equal(first.length, name === 'wasm' ? 0 : before.byteLength);
    door.end(1, 200, 0, 'after');
    assert.match(door.start(2, 'https://shop.example/next'), /^traceparent\x0000-[0-9a-f]{32}-[0-9a-f]{16}-01/);
    door.end(2, 200, 0, 'grown ✓');
    door.flush();
    assert.ok(door.stored.includes('grown ✓') && door.stored.includes('/next'), door.stored.slice(-500));
  });

  test(`${name}: an instance knows nothing of another`, async () => {
    const [one, other] = [await Door.to(make()), await Door.to(make())];
    one.configure(TRACED);
    assert.match(one.start(1, 'https://shop.example/'), /^traceparent/);
    assert.equal(other.start(1, 'https://shop.example/'), '', 'not configured');
  });
}
