// A start that is not synchronous: Chromium before 114 does not compile a module of this size synchronously, and some
// pages allow no WebAssembly at all. Requests before the start go out untouched and are reported with the hint not_ready.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
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

const { browser, site } = await openStage();

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

for (const [name, options] of [
  ['by policy', { headers: { 'content-security-policy': "script-src 'self' 'unsafe-inline'" } }],
  ['for want of it', { before: '<script>delete self.WebAssembly</script>' }],
]) {
  test(`no WebAssembly, ${name}: one warning, and the page as if there were no agent`, async () => {
    const { page, lines } = await open(`/none-${name.length}`, options);
    await eventually(() => lines.some((line) => line.startsWith('warning: [tracebeam] not started')), 'the warning');
    assert.equal(await page.evaluate(async () => (await fetch('/api/none')).status), 200);
    assert.equal(site.to('/api/none').at(-1).headers.traceparent, undefined);
    // Apart from the browser's own report of a refused compilation there is one line, and nothing is uncaught.
    assert.deepEqual(lines.filter((line) => line.startsWith('uncaught') || line.includes('tracebeam')).length, 1, lines.join('\n'));
    await page.close();
  });
}
