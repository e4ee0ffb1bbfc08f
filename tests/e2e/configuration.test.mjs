// Hostile configurations, and rules that run the page's own code: nothing throws into the page, each bad option causes one
// warning, and its default is used.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { another, openStage } from './lib/stage.mjs';

const { browser, site } = await openStage();
const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
const answer = (_request, response) => void response.writeHead(200, cors).end();
const other = await another({ routes: Object.fromEntries(['/v1/a', '/v1/b', '/v10', '/inner', '/api/x'].map((path) => [path, answer])) });

let pages = 0;

// Opens a page with this configuration (source text) and runs `script` in it. Returns its warnings; fails on uncaught errors.
async function run(config, script, options = {}) {
  const page = await browser.newPage();
  const warnings = [];
  const uncaught = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  page.on('pageerror', (error) => uncaught.push(error.message));
  const path = `/config/${++pages}`;
  await page.goto(site.page(path, { config, ...options }));
  const result = script && (await page.evaluate(script, other.origin));
  await page.evaluate(() => window.tracebeam.flush());
  await page.close();
  assert.deepEqual(uncaught, []);
  return { result, warnings, path };
}

const REQUIRED = "pid: 'hostile', endpoint: '/rum'";
const warned = (warnings) => warnings.map((text) => text.match(/^\[tracebeam\] ([\w.]+) must be /)?.[1] ?? text).sort();

for (const [what, config, expected] of [
  ['getters that throw', `{ ${REQUIRED}, get env() { throw 1; }, tracing: { get sample() { throw 2; } } }`, ['env', 'tracing.sample']],
  ['a Proxy whose traps throw', `{ ${REQUIRED}, tracing: new Proxy({}, { ownKeys() { throw 1; } }) }`, ['tracing']],
  [
    'a revoked Proxy',
    `(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return { ${REQUIRED}, user: proxy }; })()`,
    ['user'],
  ],
  [
    'an array that holds itself',
    `(() => { const a = []; for (let i = 0; i < 900; i++) a.push(a); return { ${REQUIRED}, tracing: { allowedUrls: a } }; })()`,
    ['tracing.allowedUrls'],
  ],
  ['an array of ten million', `{ ${REQUIRED}, tracing: { allowedUrls: new Array(1e7) } }`, ['tracing.allowedUrls']],
  [
    'symbols, BigInts and NaN',
    `{ ${REQUIRED}, env: Symbol('x'), version: 1n, tracing: { sample: NaN } }`,
    ['env', 'tracing.sample', 'version'],
  ],
  ['texts without end', `{ ${REQUIRED}, env: 'x'.repeat(1e6) }`, ['env']],
  ['lone surrogates and NUL', `{ ${REQUIRED}, env: '\\ud800', version: 'a\\0b', tracing: true }`, []],
  ['a prototype of Object with options on it', `(Object.prototype.tracing = true, Object.prototype.env = 5, { ${REQUIRED} })`, []],
  ['keys of a prototype in JSON', `JSON.parse('{"pid":"hostile","endpoint":"/rum","__proto__":{"tracing":5},"constructor":7}')`, []],
]) {
  test(`hostile: ${what}`, async () => {
    const began = Date.now();
    const { result, warnings } = await run(config, async () => (await fetch('/api/hostile')).status);
    assert.equal(result, 200);
    assert.deepEqual(warned(warnings), expected);
    assert.ok(Date.now() - began < 5000);
  });
}

test('hostile: an element of the page named __rum', async () => {
  const before = '<form id="__rum"><input name="pid" value="x"><input name="endpoint" value="/rum"></form>';
  const { result, warnings } = await run('window.__rum', async () => (await fetch('/api/hostile')).status, {
    config: 'document.querySelector("form") && window.__rum',
    before,
  });
  assert.equal(result, 200);
  assert.deepEqual(warned(warnings), ['endpoint', 'pid']);
});

test('the endpoint is read once, and by the agent alone', async () => {
  const { path } = await run(
    `{ pid: 'once', reads: 0, get endpoint() { return ++this.reads > 1 ? 'https://evil.example/' : '/rum'; }, tracing: true }`,
    () => fetch('/api/once').then(() => {})
  );
  await eventually(() => site.bundles.some((bundle) => bundle.app.id === 'once' && bundle.view.name === path), 'the batch');
});

test("what the page says of its user never replaces the agent's id", async () => {
  await run(
    `{ pid: 'user', endpoint: '/rum', user: { name: 'Ann "A"', id: 'mine', age: 1.5 }, properties: { a: 'ü', n: -2 }, app: { name: '商城' } }`,
    () => fetch('/api/user').then(() => {})
  );
  const bundle = await eventually(() => site.bundles.find((bundle) => bundle.app.id === 'user'), 'the batch');
  assert.match(bundle.user.id, /^uid_/);
  assert.deepEqual([bundle.user.name, bundle.user.age, bundle.properties, bundle.app.name], ['Ann "A"', 1.5, { a: 'ü', n: -2 }, '商城']);
});

// The `traceparent` of each request that `other` received at `path`; undefined where there was none.
const seen = (path) =>
  other
    .to(path)
    .filter((request) => request.method === 'GET')
    .map((request) => !!request.headers.traceparent);

test("a RegExp with g or y gives the same answer every time, and the page's own lastIndex stays", async () => {
  const { result } = await run(
    `(window.rule = /v1\\/a/g, rule.lastIndex = 3, { ${REQUIRED}, tracing: { allowedUrls: [rule] } })`,
    async (origin) => {
      for (let i = 0; i < 3; i++) await fetch(`${origin}/v1/a#v1/a`);
      return window.rule.lastIndex;
    }
  );
  assert.equal(result, 3);
  assert.deepEqual(seen('/v1/a'), [true, true, true]);
});

test('rules see neither fragment nor query where they are texts; a frozen RegExp is a RegExp', async () => {
  await run(`{ ${REQUIRED}, tracing: { allowedUrls: [Object.freeze(/v1\\/b$/), '${'http://nowhere.example'}'] } }`, async (origin) => {
    await fetch(`${origin}/v1/b#x`);
    await fetch(`${origin}/v10?next=http://nowhere.example/#http://nowhere.example/`);
  });
  assert.deepEqual([seen('/v1/b'), seen('/v10')], [[true], [false]]);
});

test('a predicate may itself call fetch; one that throws or gives a promise is no match', async () => {
  const { warnings } = await run(
    `{ ${REQUIRED}, tracing: { allowedUrls: [
      () => { throw new Error('no'); },
      async () => true,
      () => 'yes',
      (url) => { fetch('/api/from-predicate'); return url.endsWith('/inner'); },
    ] } }`,
    async (origin) => {
      await fetch(`${origin}/inner`);
      await fetch(`${origin}/v10`);
    }
  );
  assert.deepEqual(seen('/inner'), [true]);
  assert.deepEqual(seen('/v10').at(-1), false);
  assert.equal(site.to('/api/from-predicate').length, 2, 'once for each request that was asked about');
  assert.deepEqual(warned(warnings), ['tracing.allowedUrls']);
});

test("relative rules and relative requests resolve against the page's base", async () => {
  const { result } = await run(
    `{ ${REQUIRED}, tracing: { allowedUrls: ['./api'] } }`,
    () => fetch('api/x').then((response) => response.status),
    {
      before: `<base href="${'$other'}/">`.replace('$other', other.origin),
      tag: `<script src="${site.origin}/tracebeam.js"></script>`,
    }
  );
  assert.equal(result, 200);
  assert.deepEqual(seen('/api/x'), [true]);
});

test('no predicate is asked while tracing is off', async () => {
  const { result } = await run(
    `{ ${REQUIRED}, tracing: { enable: false, allowedUrls: [() => (window.asked = true)] } }`,
    async (origin) => {
      await fetch(`${origin}/v10`);
      return window.asked;
    }
  );
  assert.equal(result, undefined);
});
