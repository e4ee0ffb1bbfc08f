// Codes of pitfalls, such as X6: each code that is cited has a row in docs/pitfalls.md, and each row names a test that
// exists. The head of that page defines the three forms of a citation; other words like `B3` or `W3C` are no citations.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesOf, readFile } from './sources.mjs';

const TABLE = 'docs/pitfalls.md';
// Its tests cite codes that do not exist.
const THIS = 'tests/tidy/codes.test.mjs';

const CODE = String.raw`[A-Z]\d{1,2}(?![\p{L}\p{N}_])`;
const LIST = `${CODE}(?: to ${CODE})?(?:(?:, | and )${CODE}(?: to ${CODE})?)*`;
const FORMS = [`itfalls? (${LIST})`, `\\((${LIST})\\)`, `['"\`](${LIST}): `].map((form) => new RegExp(form, 'gu'));

// The codes that a line cites. Of a range, the first: numbers have gaps.
const cited = (line) =>
  FORMS.flatMap((form) => [...line.matchAll(form)])
    .sort((a, b) => a.index - b.index)
    .flatMap(([, list]) => list.split(/, | and /).map((item) => item.split(' to ')[0]));

// Cited codes without a row, as `path:line: code`.
const unknown = (path, text, codes) =>
  text.split('\n').flatMap((line, at) =>
    cited(line)
      .filter((code) => !codes.has(code))
      .map((code) => `${path}:${at + 1}: ${code} has no row in ${TABLE}`)
  );

// The rows of the table, by their code: which tests they name; and what is wrong with them.
function rows(table) {
  const found = new Map();
  const faults = [];
  for (const line of table.split('\n')) {
    const cells = line
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim());
    const [code, , , tests] = cells;
    if (!line.startsWith('|') || !new RegExp(`^${CODE}$`, 'u').test(code)) continue;
    if (cells.length !== 4) faults.push(`the row of ${code} has not the cells code, behaviour, source, test`);
    else if (found.has(code)) faults.push(`the row of ${code} is a second one`);
    else found.set(code, tests);
  }
  return { found, faults };
}

// The tests of a row that do not exist. `read` gives a file's text; nothing where there is no such file.
function missing(tests, read) {
  const named = [...tests.matchAll(/`([^`]+)`(?: "([^"]*)")?/g)];
  if (!named.length) return ['no test: a code without one has no row'];
  return named
    .filter(([, path, words]) => read(path) === undefined || (words && !read(path).includes(words)))
    .map(([, path, words]) => (read(path) === undefined ? `\`${path}\` does not exist` : `\`${path}\` does not contain "${words}"`));
}

test('every cited code has a row, and every row a test that exists', () => {
  const { found, faults } = rows(readFile(TABLE));
  for (const [code, tests] of found) faults.push(...missing(tests, readFile).map((fault) => `${TABLE}: ${code}: ${fault}`));
  const files = filesOf(/\.(rs|js|mjs|md|toml)$/).filter(({ path }) => path !== THIS);
  for (const { path, text } of files) faults.push(...unknown(path, text, found));
  assert.ok(found.size > 100 && files.length > 400, `${found.size} codes, ${files.length} files`);
  assert.deepEqual(faults, []);
});

test('the three forms are citations', () => {
  for (const [line, ...codes] of [
    ['// the status is 0 from then on (pitfall X6).', 'X6'],
    ['//! Headers on the wire (pitfalls P1 to P29, and R2).', 'P1'],
    ['cases of X1 to X18 (pitfalls X1 to X18, H7 to H10 and W1)', 'X1', 'H7', 'W1'],
    ['see pitfalls R2, R5 and R13, or pitfall W11', 'R2', 'R5', 'R13', 'W11'],
    ['reason = "segments are whole (U1)"', 'U1'],
    ["add('F1, F2: headers', {}, run)", 'F1', 'F2'],
    ['why = "R2: one entry for two"', 'R2'],
    ['test(`H6: ${name}`)', 'H6'],
  ])
    assert.deepEqual(cited(line), codes, line);
});

test('words of the same shape are none', () => {
  for (const line of [
    'W3C, B3 and P256 (ES5, W3C)',
    'B3: `b3: 0af7651916cd43dd8448eb211c80319c`',
    'docs/pitfalls.md B12',
    "fetch('E7')",
    '{ "code": "E7" }',
    'Propagators(B3_MULTI)',
    '(P1a)',
    '"caf%C3: x"',
    'a pitfall of B3',
  ])
    assert.deepEqual(cited(line), [], line);
});

test('a code without a row, a bad row and a test that does not exist are found', () => {
  assert.deepEqual(unknown('a.rs', 'x\n// (X6), pitfall X7', new Map([['X6', '']])), ['a.rs:2: X7 has no row in docs/pitfalls.md']);
  const { found, faults } = rows('| code | x | y | z |\n|---|---|---|---|\n| X6 | a | b |\n| X7 | a | b | `c` |\n| X7 | a | b | `c` |');
  assert.deepEqual([...found], [['X7', '`c`']]);
  assert.deepEqual(faults, ['the row of X6 has not the cells code, behaviour, source, test', 'the row of X7 is a second one']);
  const read = (path) => (path === 'a.rs' ? 'fn one() {}' : undefined);
  assert.deepEqual(missing('`a.rs` "one", `a.rs`', read), []);
  assert.deepEqual(missing('`a.rs` "one", `a.rs` "two"', read), ['`a.rs` does not contain "two"']);
  assert.deepEqual(missing('`b.rs` "one"', read), ['`b.rs` does not exist']);
  assert.deepEqual(missing('by construction', read), ['no test: a code without one has no row']);
});
