// Compares the mini-program's core as JavaScript with the same core as WebAssembly, to the byte, and runs the engine's tables
// through both.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Door, doorOf, SIGNAL_HIDDEN, SIGNAL_SHOWN, KIND, WORD_ENTRY, WORD_NETWORK } from '../js/lib/door.mjs';

const require = createRequire(import.meta.url);
const BUILT = new URL('../../target/xtask/miniapp/', import.meta.url);
const module = new WebAssembly.Module(readFileSync(new URL('core.wasm', BUILT)));
const cores = { wasm: () => new WebAssembly.Instance(module, {}).exports, javascript: require(new URL('core.cjs', BUILT).pathname) };
// What the engine's native tests recorded, including every row of their tables (tests/tape). `cargo xtask test --only miniapp`
// records it.
const tapes = readFileSync(new URL('../tape.jsonl', BUILT), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const CONFIG =
  '{3\0kpid\0"shop\0\0kendpoint\0"x\0https://rum.example/rum\0ktracing\0{1\0kallowedUrls\0[1\0"https://a.example\0https://a.example/';

function work(door) {
  const urls = ['https://a.example/api/7?token=1', 'https://b.example/x', 'wxfile://a', 'https://a.example/ä✓'];
  for (let id = 1; id < 500; id++) {
    door.now += id * 2.5;
    door.start(id, urls[id % urls.length], {
      method: id % 2 ? 'GET' : 'POST',
      flags: (id % 4) * KIND,
      own: id % 9 ? '' : 'tracestate\0a=1',
    });
    // The host gives its measurement together with the request.
    if (id % 3 === 0)
      door.word(WORD_ENTRY, id, [1, 0, 0, 2, 3, 7, 7, 9, 20, 21, 30, 45, 0, 900, 800, 200, '', '', 'h2', '', '', '', ''].join('\0'));
    door.end(id, 200 + (id % 300), id % 5, id % 7 ? '' : 'request:fail ✓');
    if (id % 60 === 0) door.flush();
    if (id % 100 === 0) door.signal(id % 200 ? SIGNAL_HIDDEN : SIGNAL_SHOWN);
    if (id % 150 === 0) door.word(WORD_NETWORK, 0, 'wifi');
  }
}

test('both cores say the same', async () => {
  const doors = await Promise.all(Object.values(cores).map((make) => Door.to(make())));
  for (const door of doors) {
    door.configure(CONFIG);
    work(door);
  }
  assert.deepEqual(doors[1].said, doors[0].said);
  assert.ok(doors[0].said.length > 500, `${doors[0].said.length}`);
  const text = doors[0].said.join('\n');
  for (const part of ['"type":"miniapp"', '"type":"httpRequest"', '"dns_duration":4', 'rum=v2&miniapp&shop&'])
    assert.ok(text.includes(part), part);
});

test('the memory grows beneath texts under way, and nothing is lost or stale', async () => {
  const door = await Door.to(cores.javascript());
  door.configure(CONFIG);
  const before = door.core.memory.buffer;
  for (let id = 1; id < 3000; id++) door.start(id, `https://a.example/${'x'.repeat(1500)}/${id}`);
  assert.notEqual(door.core.memory.buffer, before, 'it has grown');
  assert.ok(door.core.memory.buffer.byteLength > before.byteLength);
  const last = door.said.at(-1);
  assert.match(last, /traceparent\x0000-[0-9a-f]{32}-[0-9a-f]{16}-01\0tracestate\0rum=v2&miniapp&shop&[0-9a-f]{32}$/);
});

// Plays a scene of the tape, except for verbs that a mini-program's core lacks, and returns every answer.
async function play(core, tape) {
  const door = await doorOf(core);
  const answers = [];
  for (const [verb, ...args] of tape) {
    if (verb === 'configure') {
      const [entropy, , tokens, origin] = args;
      door.feed(entropy.length, (room) => room.set(entropy));
      // A mini-program has no origin of its own, so a rule allows the page's.
      const named = tokens.replace('ktracing\0t', 'ktracing\0{1\0kallowedUrls\0[1\0"https://shop.example\0https://shop.example/');
      answers.push(door.configure(`miniapp:\0\0${named}`, origin)._endpoint !== '');
    } else if (verb === 'start') {
      const [id, text, flags, now, date] = args;
      const [href, rules, method, ...own] = text.split('\0');
      const request = { _href: href, _method: method, _own: own.join('\0'), _flags: flags & 14, _id: id, _at: now, _date: date };
      answers.push((door.start(request, rules, 0) || []).join('\0'));
    } else if (verb === 'end') door.end({ _id: args[0], _status: args[1], _failure: args[2], _message: args[3], _at: args[4] });
    else if (verb === 'poll') {
      // All actions are polled at once: events do not wait for entries here, so the order differs from the tape's.
      for (let action; (action = door.poll(args[0]));) answers.push([action._code, action._number, action._text]);
    }
  }
  return answers;
}

test('every scene of the engine’s tests: both cores answer the same, and the tables’ headers are the engine’s own', async () => {
  let same = 0;
  const seen = new Set();
  for (const { test: scene, tape } of tapes) {
    const [wasm, javascript] = await Promise.all(Object.values(cores).map((make) => play(make(), tape)));
    assert.deepEqual(javascript, wasm, scene);
    const starts = tape.filter(([verb]) => verb === 'start').map((start) => start.at(-1));
    const ours = wasm.filter((answer) => typeof answer === 'string');
    const unnamed = (text) => text.replace('&browser&', '&miniapp&').replace('appType=browser', 'appType=miniapp');
    ours.forEach((headers, at) => {
      if (!headers || headers !== unnamed(starts[at])) return;
      same++;
      seen.add(scene);
    });
  }
  assert.ok(tapes.length > 100 && same > 100, `${tapes.length} scenes, ${same} requests with the engine's headers in ${seen.size} of them`);
});
