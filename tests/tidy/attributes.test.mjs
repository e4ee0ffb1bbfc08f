// Each attribute of a span has a row in docs/events.md. gateway/tests/same_span.rs compares each attribute that is described.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, readFile, sources } from './sources.mjs';

const PAGE = 'docs/events.md';

// Attributes as text literals: "http.request.method", or behind the name that bundles give the same field, and a space.
const attributesOf = (text) => [...codeOf(text).matchAll(/"(?:\w* )?([a-z]+(?:\.[a-z_]+)+)"/g)].map(([, name]) => name);

test('every attribute of a span is described', () => {
  const files = sources().filter(({ path }) => /^src\/engine\/(span|event)(\.rs|\/)/.test(path));
  const names = new Set(files.flatMap(({ text }) => attributesOf(text)));
  for (const known of ['url.full', 'rum.phase.dns_ms', 'service.name']) assert.ok(names.has(known), `${known} is found`);
  const page = readFile(PAGE);
  assert.deepEqual(
    [...names].filter((name) => !page.includes(`\`${name}\``)),
    [],
    `${PAGE} lacks these`
  );
});

test('attributes are found in both forms', () => {
  assert.deepEqual(attributesOf('("a.b_c", x), both!("size", "d.e"), concat!(" ", "f.g"), "size h.i", "no", "1.2" // "j.k"'), [
    'a.b_c',
    'd.e',
    'f.g',
    'h.i',
  ]);
});
