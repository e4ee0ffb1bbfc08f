// The script tag on pages of all kinds: in other encodings, under strict policies, in frames, from files, and with elements whose
// names are those that the agent looks up. Requests are traced where possible; elsewhere the page is as without an agent.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { parse, tokenizer } from 'acorn';
import { AGENT, eventually } from './lib/site.mjs';
import { another, openStage } from './lib/stage.mjs';

const SCRIPT = new URL('../../dist/tracebeam.js', import.meta.url);

const { browser, site } = await openStage();
const cors = { 'access-control-allow-origin': '*' };
// Refuses preflights, so a request with one of our headers would fail.
const other = await another({
  serve: (request, response) => !!response.writeHead(request.method === 'GET' ? 200 : 403, cors).end('other'),
});

async function open(t, url) {
  const page = await browser.newPage();
  const lines = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      window.violations.push(`${violatedDirective} ${blockedURI}`)
    );
  });
  await page.goto(url);
  t.after(() => page.close());
  return { page, lines };
}

const traced = (path) => site.to(path).map((request) => !!request.headers.traceparent);
const violations = (page) => page.evaluate(() => window.violations);
const arrived = (page, path) =>
  eventually(
    async () => (await page.evaluate(() => window.tracebeam.flush()), site.events().find((event) => event.url.includes(path))),
    `the event of ${path}`
  );

test('every artifact for a script tag is ASCII, a classic script of ES2017, and free of what policies and old engines refuse', async () => {
  for (const name of ['tracebeam.js', 'tracebeam.nowasm.js']) {
    const bytes = await readFile(new URL(name, SCRIPT));
    assert.equal(
      bytes.findIndex((byte) => byte > 126),
      -1,
      name
    );
    // Fails on `import.meta` (K5) and on syntax newer than ES2017 (K7).
    const words = new Set();
    const tokens = tokenizer(bytes.toString(), { ecmaVersion: 2017, sourceType: 'script' });
    parse(bytes.toString(), { ecmaVersion: 2017, sourceType: 'script' });
    for (const { type, value } of tokens) if (type.label === 'name') words.add(value);
    const refused = [
      'eval',
      'Function',
      'BigInt',
      'BigInt64Array',
      'require',
      'process',
      'Buffer',
      'innerHTML',
      'insertAdjacentHTML',
      'globalThis',
    ];
    assert.deepEqual(
      refused.filter((word) => words.has(word)),
      [],
      name
    );
    assert.ok(words.has('fetch') || bytes.includes('fetch'), 'it was read');
  }
});

for (const charset of ['gbk', 'shift_jis', 'windows-1251', 'utf-8']) {
  test(`a page in ${charset}, the script without a charset of its own`, async (t) => {
    const url = site.page(`/charset-${charset}`, {
      head: `<script>fetch('/api/${charset}')</script>`,
      headers: { 'content-type': `text/html; charset=${charset}` },
      config: { pid: 'charset', endpoint: '/rum', tracing: true, env: 'x' },
    });
    const { page, lines } = await open(t, url);
    assert.equal(await page.evaluate(() => document.characterSet.toLowerCase()), charset);
    await eventually(() => traced(`/api/${charset}`).length, 'the request');
    assert.deepEqual([traced(`/api/${charset}`), lines], [[true], []]);
    assert.equal((await arrived(page, `/api/${charset}`)).trace_context_hint, 'set');
  });
}

const NONCE = 'c29tZSBub25jZQ';
for (const [name, policy] of [
  [
    'nonce, strict-dynamic, Trusted Types',
    `default-src 'none'; script-src 'nonce-${NONCE}' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'`,
  ],
  [
    'self alone',
    `default-src 'none'; script-src 'self' 'nonce-${NONCE}' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'`,
  ],
]) {
  test(`traced under a strict policy, which it does not violate: ${name}`, async (t) => {
    const path = `/api/strict-${name.length}`;
    const url = site.page(`/strict-${name.length}`, {
      config: null,
      before: `<script nonce="${NONCE}" src="/tracebeam.js" data-pid="strict" data-endpoint="/rum" data-tracing></script><script nonce="${NONCE}">fetch('${path}').then((response) => response.text())</script>`,
      headers: { 'content-security-policy': policy },
    });
    const { page, lines } = await open(t, url);
    await arrived(page, path);
    assert.deepEqual([traced(path), await violations(page), lines], [[true], [], []]);
  });
}

test('W1: a policy without wasm-unsafe-eval: said once and in its words, and the page is left alone', async (t) => {
  const url = site.page('/forbidden', {
    headers: { 'content-security-policy': "script-src 'self' 'unsafe-inline'" },
    head: `<script>window.native = [String(fetch), fetch.name].join(); fetch('/api/forbidden')</script>`,
  });
  const { page, lines } = await open(t, url);
  const said = await eventually(() => lines.filter((line) => line.includes('[tracebeam]'))[0], 'the line');
  assert.match(said, /^warning: \[tracebeam\] not started: .*Content.Security.Policy/i);
  assert.deepEqual(await page.evaluate(async () => [(await fetch('/api/forbidden')).status, tracebeam.getTraceContext('/')]), [
    200,
    { hint: 'not_ready', headers: null },
  ]);
  assert.deepEqual(traced('/api/forbidden'), [false, false]);
  assert.equal(lines.filter((line) => line.startsWith('uncaught')).length, 0, lines.join('\n'));
  assert.deepEqual(await violations(page), ['script-src wasm-eval'], "the page's own reports hear of it once");
});

test('a policy that forbids the endpoint: requests are traced, nothing is thrown, events wait', async (t) => {
  const url = site.page('/no-endpoint', {
    config: { pid: 'walled', endpoint: `${other.origin}/rum`, tracing: true },
    headers: { 'content-security-policy': "connect-src 'self'" },
  });
  const { page, lines } = await open(t, url);
  assert.equal(await page.evaluate(async () => (await fetch('/api/walled').then((response) => (tracebeam.flush(), response))).status), 200);
  await eventually(async () => (await violations(page)).length, 'the attempt');
  assert.deepEqual(traced('/api/walled'), [true]);
  assert.deepEqual(
    lines.filter((line) => /uncaught|warning: \[tracebeam\]/.test(line)),
    []
  );
  await eventually(() => page.evaluate(() => Object.values(localStorage).join().includes('/api/walled')), 'the event in storage');
});

test('a sandboxed frame, where localStorage throws: nothing breaks, and its events arrive', async (t) => {
  site.page('/inside', {
    config: `{ pid: 'sandbox', endpoint: '${site.origin}/rum', tracing: true }`,
    body: `<script>
      const failed = [];
      onerror = onunhandledrejection = (event) => failed.push(String(event.message || event.reason || event));
      let storage;
      try { storage = localStorage; } catch (error) { storage = error.name; }
      fetch('${other.origin}/any').then((response) => response.text()).then((text) => { tracebeam.setView('inside'); tracebeam.flush(); parent.postMessage([storage, text, location.origin, self.origin, failed], '*'); });
    </script>`,
  });
  const { page, lines } = await open(
    t,
    site.page('/outside', {
      config: null,
      head: '<script>window.heard = new Promise((resolve) => (onmessage = (event) => resolve(event.data)))</script>',
      body: '<iframe sandbox="allow-scripts" src="/inside"></iframe>',
    })
  );
  assert.deepEqual(await page.evaluate('heard'), ['SecurityError', 'other', site.origin, 'null', []]);
  const event = await eventually(
    () =>
      site.bundles
        .filter((bundle) => bundle.app.id === 'sandbox')
        .flatMap((bundle) => bundle.events)
        .find((event) => event.url.endsWith('/any')),
    'the event'
  );
  assert.deepEqual([event.trace_context_hint, event.status_code], ['cross_origin', 200]);
  assert.deepEqual(lines, []);
});

test('a page from a file: its requests are not harmed, and those that are allowed are traced', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'tracebeam-file-'));
  t.after(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'tracebeam.js'), await readFile(AGENT));
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
  site.routes['/api/from-file'] = (_request, response) => void response.writeHead(200, cors).end('allowed');
  const config = `{ pid: 'file', endpoint: '${site.origin}/rum', tracing: { allowedUrls: ['${site.origin}/api'] } }`;
  await writeFile(
    join(directory, 'page.html'),
    `<!doctype html><meta charset="utf-8"><script>window.__rum = ${config};</script><script src="tracebeam.js"></script>`
  );
  const { page, lines } = await open(t, pathToFileURL(join(directory, 'page.html')).href);
  const found = await page.evaluate(
    async ([other, own]) => {
      const text = (url) =>
        fetch(url).then(
          (response) => response.text(),
          (error) => error.name
        );
      return [await text(other), await text(own), await text('page.html')];
    },
    [`${other.origin}/file`, `${site.origin}/api/from-file`]
  );
  assert.deepEqual(found, ['other', 'allowed', 'TypeError'], 'the last as without an agent');
  assert.deepEqual(traced('/api/from-file').at(-1), true);
  assert.equal(other.to('/file').length, 1);
  const event = await arrived(page, '/api/from-file');
  assert.equal(event.trace_context_hint, 'set');
  assert.deepEqual(
    lines.filter((line) => /uncaught|tracebeam\]/.test(line)),
    []
  );
});

for (const [name, clobber] of [
  ['currentScript', '<img name="currentScript" data-pid="evil" data-endpoint="https://evil.example/rum" data-tracing>'],
  ['__bl', '<form id="__bl"><input name="config" value="x"></form>'],
  [
    '__rum',
    '<form id="__rum"><input name="pid" value="evil"><input name="endpoint" value="https://evil.example/rum"></form><a id="tracebeam"></a>',
  ],
]) {
  test(`V12: an element named ${name} configures nothing and breaks nothing`, async (t) => {
    const url = site.page(`/clobbered-${name}`, { config: null, before: `</head><body>${clobber}<script src="/tracebeam.js"></script>` });
    const { page, lines } = await open(t, url);
    assert.equal(await page.evaluate(async () => (await fetch('/api/clobbered')).status), 200);
    assert.deepEqual(lines.map((line) => /^warning: \[tracebeam\] (pid|endpoint) must/.exec(line)?.[1]).sort(), ['endpoint', 'pid']);
  });
}

test('a rule that changes the rules while it is asked lets nothing through', async (t) => {
  const config = `{ pid: 'shift', endpoint: '/rum', tracing: { allowedUrls: [(url) => { tracebeam.setConfig('tracing', { allowedUrls: [/^https:..good/, /./] }); return true; }] } }`;
  const { page, lines } = await open(t, site.page('/shift', { config }));
  assert.equal(
    await page.evaluate((url) => fetch(url).then((response) => response.text()), `${other.origin}/shift`),
    'other',
    'it passed without a preflight'
  );
  assert.equal(
    await page.evaluate((url) => tracebeam.getTraceContext(url).hint, `${other.origin}/later`),
    'set',
    'the new rules hold for the next one'
  );
  assert.deepEqual(lines, []);
});

test("calls from within the application's own functions", async (t) => {
  const config = `{ pid: 'within', endpoint: '/rum', tracing: true,
    parseResourceName: (url) => { if (url.endsWith('/api/within')) { tracebeam.sendEvent({ name: 'from-name' }); tracebeam.getTraceContext('/x'); } return ''; },
    beforeReport: (bundle) => { if (!window.reported) { window.reported = true; tracebeam.setUser({ name: 'Ann' }); tracebeam.sendEvent({ name: 'from-report' }); tracebeam.flush(); fetch('/api/from-report'); } return bundle; } }`;
  const { page, lines } = await open(t, site.page('/within', { config }));
  await page.evaluate(() => fetch('/api/within').then((response) => response.text()));
  await arrived(page, '/api/from-report');
  const names = () =>
    site.bundles.filter((bundle) => bundle.app.id === 'within').flatMap((bundle) => bundle.events.map((event) => event.name));
  await eventually(() => ['from-name', 'from-report', '/api/within'].every((name) => names().includes(name)), 'all events');
  assert.deepEqual(lines, []);
});
