// Files have one job, say it at their top, and stay short enough to read in one sitting.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, lineAt, sources } from './sources.mjs';

// Longer than this, a file has two jobs.
const MAX_LINES = 300;
// Files that may be longer: path, and the reason why splitting would make them worse.
const LONG_FILES = {};

function check({ path, text }) {
  const found = [];
  const lines = text.replace(/\n$/, '').split('\n').length;
  const rust = path.endsWith('.rs');
  if (lines > MAX_LINES && !(path in LONG_FILES)) found.push([lines, `${lines} lines, more than ${MAX_LINES}: a file has one job`]);
  if (lines <= MAX_LINES && path in LONG_FILES) found.push([1, 'is not long any more: take it off the list in tests/tidy/shape.test.mjs']);
  if (rust && !text.startsWith('//!')) found.push([1, 'no `//!` at the top: a file opens with what it does and what it must never do']);
  const logic = path.endsWith('/mod.rs') ? codeOf(text).search(/\bfn\b|\bimpl\b/) : -1;
  if (logic >= 0) found.push([lineAt(codeOf(text), logic), 'logic in mod.rs: such a file lists modules and documents them']);
  return found.map(([line, message]) => `${path}:${line}: ${message}`);
}

test('files have a shape', () => {
  const files = sources();
  assert.ok(files.length > 400, `${files.length} files are read`);
  assert.deepEqual(files.flatMap(check), []);
});

test('a file in shape is silent', () => {
  assert.deepEqual(check({ path: 'src/engine/url.rs', text: `//! Urls.\n${'x\n'.repeat(299)}` }), []);
  assert.deepEqual(check({ path: 'src/engine/mod.rs', text: '//! The engine; it has no fn of its own.\npub mod url;\npub struct A;' }), []);
});

test('each misshape is found', () => {
  const first = (path, text) => check({ path, text })[0];
  assert.match(first('gateway/src/a.rs', `//! A.\n${'x\n'.repeat(300)}`), /^gateway\/src\/a\.rs:301: .*one job/);
  assert.match(first('src/engine/a.rs', 'use x;'), /\/\/!/);
  assert.match(first('src/engine/mod.rs', '//! E.\n\npub(crate) fn f() {}'), /mod\.rs:3: /);
  assert.match(first('src/engine/mod.rs', '//! E.\npub struct A;\nimpl<T> A {}'), /mod\.rs:3: /);
  assert.match(first('pkg-template/js/big.js', 'x\n'.repeat(301)), /one job/);
});
