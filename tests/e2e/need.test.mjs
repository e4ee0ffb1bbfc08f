// The engine is made on first need, or when the page is idle. What happened before is reported as it happened.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { openStage, openTab } from './lib/stage.mjs';

const { browser, site } = await openStage();

// Counts the engines and what a page pays for with them, and says in which state the document was.
const WATCH = `<script>
  window.made = [];
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...args) { made.push(document.readyState); return new Instance(...args); };
  const { request } = navigator.locks;
  navigator.locks.request = (...args) => { made.push('lock'); return request.apply(navigator.locks, args); };
  const { getItem } = Storage.prototype;
  Storage.prototype.getItem = function (key) { made.push('storage'); return getItem.call(this, key); };
</script>`;

const image = (response) =>
  void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg xmlns="http://www.w3.org/2000/svg"/>');
site.routes['/image.svg'] = (_request, response) => image(response);

// An image that comes when it is released: the document is not loaded before.
function slow(path) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  site.routes[path] = (_request, response) => void released.then(() => image(response));
  return release;
}

const open = (path, options) => {
  const config = { pid: path, endpoint: '/rum', tracing: true, reportConfig: { flushTime: 100 }, ...options.config };
  return openTab(browser, site.page(path, { before: WATCH, ...options, config }), { waitUntil: 'commit' });
};
const made = (page) => page.evaluate(() => window.made);
const events = (pid) => site.bundles.filter(({ app }) => app.id === pid).flatMap(({ events }) => events);
const of = (pid, path) => events(pid).filter(({ url }) => url.startsWith(site.origin + path));

test('a page that requests nothing makes no engine and touches no storage until it is idle', async () => {
  const release = slow('/slow/quiet.svg');
  const { page, lines } = await open('/quiet', { body: '<img src="/slow/quiet.svg">', config: { tracing: { sample: 1000 } } });
  await page.waitForFunction(() => document.images.length === 1);
  const kinds = await page.evaluate(() => [typeof tracebeam.init, String(fetch)]);
  assert.deepEqual(kinds, ['function', 'function () { [native code] }']);
  // Later than whatever follows the start directly.
  await page.evaluate(() => new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), 50)));
  assert.deepEqual(await made(page), []);
  assert.deepEqual(lines, []);
  release();
  await eventually(async () => (await made(page)).length, 'the engine');
  assert.equal((await made(page))[0], 'complete');
  await eventually(() => lines.length, 'the warning');
  assert.match(lines.join(), /^warning: \[tracebeam\] tracing.sample must be /);
  await eventually(() => of('/quiet', '/slow/quiet.svg')[0], 'the event of the image');
  await page.close();
});

test('the first request makes the engine, and is traced', async () => {
  const { page } = await open('/first', { head: `<script>fetch('/api/first'); window.after = [...made];</script>` });
  await eventually(() => site.to('/api/first')[0], 'the request');
  assert.match(site.to('/api/first')[0].headers.traceparent, /^00-/);
  assert.match(site.to('/api/first')[0].headers.tracestate, /^rum=v2&browser&/);
  assert.equal((await page.evaluate('after'))[0], 'loading');
  await page.evaluate(() => tracebeam.flush());
  await eventually(() => of('/first', '/api/first')[0], 'its event');
  assert.equal(of('/first', '/api/first')[0].trace_context_hint, 'set');
  await page.close();
});

test('a page that leaves before it was idle reports what it has loaded', async () => {
  const { page } = await open('/leaving', { body: '<img src="/image.svg">' });
  await page.waitForLoadState('load');
  assert.deepEqual(await made(page), []);
  await page.goto('about:blank');
  await eventually(() => of('/leaving', '/image.svg')[0] && of('/leaving', '/leaving')[0], 'the image and the document');
  await page.close();
});

test('more resources than the buffer of the browser holds, before there is an engine: all are reported', async () => {
  // Not in the document's source: the browser would load them ahead of the agent's script.
  const images =
    '<script>for (let i = 0; i < 12; i++) document.body.append(Object.assign(new Image(), { src: "/image.svg?" + i }))</script>';
  const before = WATCH + '<script>performance.setResourceTimingBufferSize(3)</script>';
  const { page } = await open('/many', { before, body: images });
  await page.waitForLoadState('load');
  assert.deepEqual(await made(page), []);
  await page.evaluate(() => tracebeam.flush());
  await eventually(
    () => of('/many', '/image.svg').length === 12,
    () => `12 events: ${of('/many', '/image.svg').length}`
  );
  await page.close();
});

test('what was loaded before the first change of the address belongs to the first view', async () => {
  const { page } = await open('/views', { body: '<img src="/image.svg">' });
  await page.waitForLoadState('load');
  assert.deepEqual(await made(page), []);
  await page.evaluate(() => history.pushState(null, '', '/views/next'));
  await page.evaluate(() => fetch('/api/after').then((response) => response.text()));
  await page.evaluate(() => tracebeam.flush());
  const viewOf = (path) => {
    const bundle = site.bundles.find(
      ({ app, events }) => app.id === '/views' && events.some(({ url }) => url.startsWith(site.origin + path))
    );
    return bundle && (bundle.events.find(({ url }) => url.startsWith(site.origin + path)).view || bundle.view).name;
  };
  await eventually(() => viewOf('/image.svg') && viewOf('/api/after'), 'both events');
  assert.deepEqual([viewOf('/image.svg'), viewOf('/api/after')], ['/views', '/views/next']);
  await page.close();
});

test('an element that could not load is reported as failed', async () => {
  const { page } = await open('/broken', { body: '<img src="http://127.0.0.1:1/broken.svg">' });
  await page.waitForLoadState('load');
  assert.deepEqual(await made(page), []);
  await page.evaluate(() => tracebeam.flush());
  await eventually(() => events('/broken').find(({ url }) => url.endsWith('/broken.svg')), 'the event');
  assert.equal(events('/broken').find(({ url }) => url.endsWith('/broken.svg')).success, 0);
  await page.close();
});

test('batches leave by the functions that the agent found when it started', async () => {
  const { page } = await open('/later', {
    head: `<script>
      window.through = [];
      for (const name of ['fetch', 'setTimeout']) {
        const before = window[name];
        window[name] = function (...args) { through.push(name); return before.apply(this, args); };
      }
    </script>`,
  });
  await page.waitForLoadState('load');
  await page.evaluate(() => tracebeam.flush());
  await eventually(() => of('/later', '/later')[0], 'the event of the document');
  assert.deepEqual(await page.evaluate('through'), []);
  await page.close();
});

test('stop({ forget: true }) before there was an engine deletes what earlier pages have stored', async () => {
  const { page } = await open('/forget', {
    before: WATCH + `<script>localStorage.setItem('tracebeam_user_%2Fforget', 'someone')</script>`,
  });
  await page.waitForLoadState('load');
  await page.evaluate(() => tracebeam.stop({ forget: true }));
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await page.close();
});
