// The agent in a real page: it traces from the first script on, reports one event per request, and sends batches at the right
// moments.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, openSite, sentWith } from './lib/site.mjs';
import { openStage, openTab } from './lib/stage.mjs';

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/;

const { browser, site } = await openStage();

// Runs `script` in a new page and returns its result.
async function run(path, options, script) {
  const { page, lines: console } = await openTab(browser, site.page(path, options));
  const result = script ? await page.evaluate(script) : undefined;
  return { page, result, console };
}

test("the next script's first request is traced, and its event names the same ids", async () => {
  const { page } = await run('/first', { head: '<script>fetch("/api/first")</script>' });
  const [request] = await eventually(() => site.to('/api/first').length && site.to('/api/first'));
  assert.match(request.headers.traceparent, TRACEPARENT);
  assert.match(request.headers.tracestate, /^rum=v2&browser&test&[0-9a-f]{32}$/);
  await page.evaluate(() => window.tracebeam.flush());
  const event = await eventually(() => site.events().find((event) => event.name === '/api/first'));
  const [, trace, span] = request.headers.traceparent.split('-');
  assert.equal(event.trace_id, trace);
  const { traceparent, tracestate } = request.headers;
  assert.deepEqual(sentWith(event), { traceparent, tracestate });
  assert.equal(JSON.stringify(event).split(traceparent).length, 2, 'each header stands in the event once');
  assert.equal(JSON.parse(event.trace_data).spanId, span);
  await page.close();
});

test('fetch and XMLHttpRequest give one event each with status, outcome and duration', async () => {
  const { page } = await run('/both', {}, async () => {
    await fetch('/api/fetch-500?status=500', { method: 'post', body: 'x' });
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/api/xhr');
    await new Promise((resolve) => {
      xhr.onloadend = resolve;
      xhr.send();
    });
    window.tracebeam.flush();
  });
  const events = await eventually(() => {
    const found = site.events().filter((event) => ['/api/fetch-500', '/api/xhr'].includes(event.name));
    return found.length >= 2 && found;
  });
  assert.equal(events.length, 2);
  const [first, second] = ['fetch', 'xmlhttprequest'].map((type) => events.find((event) => event.type === type));
  assert.deepEqual([first.type, first.method, first.status_code, first.outcome, first.success], ['fetch', 'POST', 500, 'http_error', 0]);
  assert.deepEqual(
    [second.type, second.method, second.status_code, second.outcome, second.success],
    ['xmlhttprequest', 'GET', 200, 'ok', 1]
  );
  assert.ok(first.duration > 0 && second.duration > 0);
  assert.ok(Math.abs(first.timestamp - Date.now()) < 60_000);
  await page.close();
});

test('another origin gets no header, and its event says why', async () => {
  const other = await openSite({
    routes: { '/api/other': (_q, r) => void r.writeHead(200, { 'access-control-allow-origin': '*' }).end() },
  });
  const { page } = await run('/cross', {}, `fetch(${JSON.stringify(other.origin)} + '/api/other').then(() => window.tracebeam.flush())`);
  const event = await eventually(() => site.events().find((event) => event.name === '/api/other'));
  assert.equal(event.trace_context_hint, 'cross_origin');
  assert.equal(event.trace_id, undefined);
  assert.equal(other.to('/api/other')[0].headers.traceparent, undefined);
  await page.close();
  await other.close();
});

test('an event names no ids where its request could not take the headers', async () => {
  const { page, result } = await run('/consumed', {}, async () => {
    const request = new Request('/api/consumed', { method: 'POST', body: 'x' });
    await request.text();
    const name = await fetch(request).catch((error) => error.name);
    window.tracebeam.flush();
    return name;
  });
  assert.equal(result, 'TypeError', 'what the native function says of a body that has been used');
  const event = await eventually(() => site.events().find((event) => event.name === '/api/consumed'), 'the event');
  assert.equal(event.trace_context_hint, 'patch_failed');
  assert.equal(event.trace_id, undefined);
  assert.equal(event.trace_data, undefined);
  await page.close();
});

test('names in any script arrive as they are, with and without TextDecoder', async () => {
  for (const before of ['', '<script>delete window.TextDecoder</script>']) {
    const { page } = await run(
      '/unicode' + (before && '-bare'),
      { before, config: { pid: '商店', endpoint: '/rum', tracing: true, properties: { shelf: 'é 😀' } } },
      async () => {
        await fetch('/api/unicode');
        window.tracebeam.flush();
      }
    );
    // The document's event may come in a bundle of its own.
    const of = (bundle) => bundle.events.find((event) => event.name === '/api/unicode');
    const bundle = await eventually(() => site.bundles.find((bundle) => bundle.app.id === '商店' && of(bundle)), 'the bundle');
    assert.equal(bundle.properties.shelf, 'é 😀');
    assert.match(sentWith(of(bundle)).tracestate, /^rum=[ -~]+$/);
    site.bundles.length = 0;
    await page.close();
  }
});

test('twenty events leave at once, fewer after flushTime', async () => {
  const count = () => site.bundles.filter((bundle) => bundle.app.id === 'batch').map((bundle) => bundle.events.length);
  const { page } = await run(
    '/batch',
    { config: { pid: 'batch', endpoint: '/rum', tracing: true, reportConfig: { flushTime: 10_000 } } },
    async () => {
      for (let i = 0; i < 23; i++) await fetch('/api/batch');
    }
  );
  // The document and the page's scripts are events too.
  const all = () => site.bundles.filter((bundle) => bundle.app.id === 'batch').flatMap((bundle) => bundle.events);
  await eventually(() => all().filter((event) => event.name === '/api/batch').length === 23, 'all events', 30_000);
  assert.equal(Math.max(...count()), 20);
  await page.close();
});

test('everything leaves when the page goes away', async () => {
  const { page } = await run('/leaving', { config: { pid: 'leaving', endpoint: '/rum', tracing: true } }, () =>
    fetch('/api/leaving').then(() => {})
  );
  await page.goto('about:blank');
  await eventually(() => site.bundles.some((bundle) => bundle.app.id === 'leaving'), 'the batch of the page that left');
  await page.close();
});

test("the agent's own sends are neither traced nor recorded", async () => {
  assert.equal(site.requests.filter((request) => request.path === '/rum').length, 0);
  assert.equal(site.events().filter((event) => event.url.endsWith('/rum')).length, 0);
});

test('a page without a configuration is left alone and hears one clear warning', async () => {
  const { page, result, console } = await run('/bare', { config: '{}' }, async () => (await fetch('/api/bare')).status);
  assert.equal(result, 200);
  assert.equal(site.to('/api/bare')[0].headers.traceparent, undefined);
  assert.deepEqual(console.filter((line) => line.startsWith('warning')).sort(), [
    'warning: [tracebeam] endpoint must be an http or https URL; the agent is off',
    'warning: [tracebeam] pid must be a non-empty string; the agent is off',
  ]);
  assert.deepEqual(
    console.filter((line) => line.startsWith('uncaught')),
    []
  );
  await page.close();
});
