// What the bundle of the crate tracebeam-web tells a Rust application, beside the interface that all applications have.

import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.__VERSION__ = 'test';
globalThis.__PAGES__ = true;
globalThis.__RUST__ = true;
const { awaitFlush, heard, observe, traced } = await import('../../pkg-template/js/core/listener.js');
const { flushOf } = await import('../../pkg-template/js/core/flush.js');
const { warnerOf } = await import('../../pkg-template/js/core/warn.js');

test('each warning is heard once, as it is on the console', () => {
  const warn = warnerOf({ warn() {} });
  ['pid must be a text', 'other', 'other'].forEach(warn);
  assert.deepEqual(heard(), ['pid must be a text', 'other']);
});

test('a flush ends when everything that waited has left, and not before', () => {
  const steps = [];
  let waits = 1;
  const timers = [];
  const scope = { setTimeout: (work) => timers.push(work) };
  const line = { _now: () => 0, _note: () => waits, _guarded: (work) => work() };
  const pump = { _pump() {}, _signal: () => steps.push('sent') };
  const { _flush, _advance } = flushOf(scope, line, pump, () => steps.push('collected'));
  awaitFlush(() => steps.push('done'));
  _flush();
  _advance();
  assert.deepEqual(steps, ['collected'], 'a body is still being read');
  waits = 0;
  _advance();
  assert.deepEqual(steps, ['collected', 'sent', 'done']);
  timers.forEach((work) => work());
  _flush();
  assert.deepEqual(steps, ['collected', 'sent', 'done', 'collected', 'sent'], 'it ends once');
});

test("a listener hears the headers, and its failure is nobody else's", () => {
  const headers = ['traceparent', '00-1-2-01'];
  traced(headers);
  const told = [];
  observe((pairs) => {
    told.push(pairs);
    throw new Error('the application');
  });
  traced(headers);
  assert.deepEqual(told, [headers]);
});
