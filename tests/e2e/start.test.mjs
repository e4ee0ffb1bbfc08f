// A start that is not synchronous: Chromium before 114 does not compile a module of this size synchronously, and some
// pages allow no WebAssembly at all: then the script loads its neighbour without WebAssembly. Requests before the start go out
// untouched and are reported with the hint not_ready.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { AGENT, eventually } from './lib/site.mjs';
import { openStage, openTab } from './lib/stage.mjs';

// Makes WebAssembly fail as in an old Chromium: synchronous compilation throws, asynchronous works. `hold` delays it until the
// page releases it.
const OLD = `<script>
  const { Module, instantiate } = WebAssembly;
  WebAssembly.Module = function (bytes) {
    if (bytes.length > 4096) throw new RangeError('WebAssembly.Compile is disallowed on the main thread');
    return new Module(bytes);
  };
  window.ready = new Promise((resolve) => (window.release = resolve));
  WebAssembly.instantiate = async (...args) => {
    await window.ready;
    return instantiate.apply(WebAssembly, args);
  };
</script>`;

const neighbour = await readFile(new URL('../../dist/tracebeam.nowasm.js', import.meta.url));
const script = (source) => (_request, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end(source);
const { browser, site } = await openStage({
  routes: {
    '/tracebeam.nowasm.js': script(neighbour),
    '/lib/tracebeam-0.1.0.js': script(await readFile(AGENT)),
    '/lib/tracebeam.nowasm-0.1.0.js': script(neighbour),
    '/alone/tracebeam.js': script(await readFile(AGENT)),
    '/other/tracebeam.js': script(await readFile(AGENT)),
    // Of another version: it has no core for this one.
    '/other/tracebeam.nowasm.js': script(neighbour.toString().replace(/tracebeam 0\.1\.0/, 'tracebeam 0.0.9')),
  },
});

const open = (path, options) => openTab(browser, site.page(path, options));

const early = `<script>
  fetch('/api/early-fetch');
  const xhr = new XMLHttpRequest();
  xhr.open('GET', '/api/early-xhr');
  xhr.send();
  // Opened before the engine is ready, sent after.
  window.across = new XMLHttpRequest();
  across.open('GET', '/api/across');
</script>`;

const of = (path) => site.events().filter((event) => event.url?.includes(path));

test('compiled asynchronously: early requests untouched and reported, later ones traced', async () => {
  const { page, lines } = await open('/old', { before: OLD, head: early });
  await eventually(() => site.to('/api/early-fetch')[0] && site.to('/api/early-xhr')[0], 'the early requests');
  const began = await page.evaluate(() => performance.timeOrigin);
  // The engine arrives long after these requests ended.
  await page.evaluate(() => {
    tracebeam.flush();
    release();
    return window.ready.then(() => new Promise((resolve) => setTimeout(resolve, 200)));
  });
  await eventually(
    () =>
      page
        .evaluate(async () => (await fetch('/api/late')).ok)
        .then(() => site.to('/api/late').some((request) => request.headers.traceparent)),
    'a traced request'
  );
  await page.evaluate(() => {
    across.send();
    tracebeam.flush();
  });
  await eventually(() => site.to('/api/across')[0], 'the request across');
  assert.match(site.to('/api/across')[0].headers.traceparent, /^00-/);
  for (const path of ['/api/early-fetch', '/api/early-xhr']) {
    assert.equal(site.to(path)[0].headers.traceparent, undefined, path);
    await eventually(() => of(path)[0], path);
    const [event, ...others] = of(path);
    assert.deepEqual(others, [], 'one event a request');
    assert.equal(event.trace_context_hint, 'not_ready');
    assert.equal(event.status_code, 200);
    assert.equal(event.trace_id, undefined);
    // The event has the request's own time, not that of the engine's arrival.
    const released = await page.evaluate(() => performance.now());
    assert.ok(event.timestamp >= began - 1 && event.timestamp + event.duration <= began + released, `${event.timestamp} ${began}`);
  }
  // What the agent sends itself is no request of the page's, although the hooks were there before the agent took fetch (pitfall B1).
  await page.evaluate(() => fetch('/api/last').then(() => tracebeam.flush()));
  await eventually(() => of('/api/last')[0], 'the last event');
  assert.deepEqual(of('/rum'), []);
  assert.deepEqual(lines, []);
  await page.close();
});

test('stopped before the engine is there: it never starts', async () => {
  const { page, lines } = await open('/stopped', { before: OLD });
  const result = await page.evaluate(async () => {
    tracebeam.stop();
    release();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { native: String(fetch), ok: (await fetch('/api/stopped')).ok };
  });
  assert.ok(result.ok && /native code/.test(result.native));
  assert.equal(site.to('/api/stopped')[0].headers.traceparent, undefined);
  assert.deepEqual(lines, []);
  await page.close();
});

const RECORD = `<script nonce="n">
  window.violations = [];
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => violations.push(blockedURI));
</script>`;
const EARLY = `<script nonce="n">fetch('/api/early')</script>`;
const tagged = (attributes) => `<script src="/tracebeam.js" nonce="n" ${attributes ?? ''}></script>`;
const policy = (...policies) => ({ 'content-security-policy': policies });
const missing = '<script>delete self.WebAssembly</script>';
const CONNECT = "connect-src 'self'";
let pages = 0;

// A page without WebAssembly. The script of its configuration needs the nonce, too.
const openWithout = async (options) => {
  const path = `/none/${++pages}`;
  const config = { pid: `none${pages}`, endpoint: '/rum', tracing: true };
  const head = `<script nonce="n">window.__rum = ${JSON.stringify(config)}</script>`;
  const { before = '', tag = tagged(), headers } = options;
  const url = site.page(path, { config: null, before: RECORD + before + head + tag + EARLY, headers });
  return { ...(await openTab(browser, url)), path };
};
const loaded = (path) => site.requests.filter((request) => request.path.includes(path)).length;

for (const [name, options, from = '/tracebeam.nowasm.js'] of [
  ['for want of WebAssembly', { before: missing }],
  ["by a policy with 'self'", { headers: policy(`script-src 'self' 'nonce-n'; ${CONNECT}`) }],
  ['by a policy with a nonce', { headers: policy("script-src 'nonce-n'") }],
  ["by a policy with 'strict-dynamic'", { headers: policy("default-src 'self'; script-src 'strict-dynamic' 'nonce-n' https:") }],
  ['by two policies', { headers: policy("script-src 'nonce-n'", "script-src 'self' 'unsafe-inline'") }],
  [
    'by a policy that names the folder',
    { headers: () => policy(`script-src 'unsafe-inline' ${site.origin}/lib/`), tag: '<script src="/lib/tracebeam-0.1.0.js"></script>' },
    '/lib/tracebeam.nowasm-0.1.0.js',
  ],
]) {
  test(`no WebAssembly, ${name}: the neighbour runs, and what was early is reported`, async () => {
    const { headers } = options;
    const before = loaded(from);
    const { page, lines } = await openWithout({ ...options, headers: typeof headers === 'function' ? headers() : headers });
    await eventually(
      () => lines.some((line) => line.includes('runs without WebAssembly')),
      () => `the other core: ${lines.join()}`
    );
    assert.equal(loaded(from), before + 1);
    assert.equal(await page.evaluate(async () => (await fetch('/api/later')).status), 200);
    assert.match(site.to('/api/later').at(-1).headers.traceparent, /^00-/);
    assert.equal(site.to('/api/early').at(-1).headers.traceparent, undefined);
    await page.evaluate(() => tracebeam.flush());
    const pid = `none${pages}`;
    const events = () => site.bundles.filter(({ app }) => app.id === pid).flatMap(({ events }) => events);
    await eventually(() => events().some(({ url }) => url.includes('/api/later')), 'the events');
    const early = events().filter(({ url }) => url.includes('/api/early'));
    assert.deepEqual(
      early.map((event) => event.trace_context_hint),
      ['not_ready']
    );
    const violations = await page.evaluate(() => window.violations.filter((what) => what !== 'wasm-eval'));
    assert.deepEqual(violations, []);
    await page.close();
  });
}

for (const [name, options, asked = 0] of [
  ['the page wants no other core', { before: missing, tag: tagged('data-no-fallback') }],
  ['the policy names the script alone', { headers: () => policy(`script-src 'unsafe-inline' ${site.origin}/tracebeam.js`) }],
  ['the second policy does', { headers: () => policy("script-src 'nonce-n'", `script-src 'unsafe-inline' ${site.origin}/tracebeam.js`) }],
  ['the policy wants Trusted Types', { headers: policy("script-src 'nonce-n'; require-trusted-types-for 'script'") }],
  ['there is no neighbour', { before: missing, tag: '<script src="/alone/tracebeam.js"></script>' }],
  ['the neighbour is of another version', { before: missing, tag: '<script src="/other/tracebeam.js"></script>' }, 1],
]) {
  test(`no WebAssembly, and ${name}: one warning, and the page as if there were no agent`, async () => {
    const { headers } = options;
    const before = loaded('nowasm');
    const { page, lines } = await openWithout({ ...options, headers: typeof headers === 'function' ? headers() : headers });
    await eventually(() => lines.some((line) => line.startsWith('warning: [tracebeam] not started')), 'the warning');
    assert.equal(await page.evaluate(async () => (await fetch('/api/none')).status), 200);
    assert.equal(site.to('/api/none').at(-1).headers.traceparent, undefined);
    assert.match(await page.evaluate(() => String(fetch)), /native code/);
    if (!name.startsWith('there is no')) assert.equal(loaded('nowasm') - before, asked);
    assert.deepEqual(await page.evaluate(() => window.violations.filter((what) => what !== 'wasm-eval')), []);
    // Apart from the browser's own report of what it refused there is one line, and nothing is uncaught.
    assert.deepEqual(lines.filter((line) => /^uncaught|\[tracebeam\]/.test(line)).length, 1, lines.join('\n'));
    await page.close();
  });
}
