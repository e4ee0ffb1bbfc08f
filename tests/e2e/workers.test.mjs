// Workers (pitfall F31): a dedicated worker and a service worker load the script by importScripts, with the configuration in
// self.__rum. A worker that does not load it is left alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const script = (source) => (_request, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end(source);
const { browser, site } = await openStage();

const AGENT = `self.__rum = { pid: 'worker', endpoint: '/rum', tracing: true }; importScripts('/tracebeam.js');`;

test('a dedicated worker with the agent: fetch and XMLHttpRequest traced, and reported', async () => {
  site.routes['/workers/worker.js'] = script(`${AGENT}
    onmessage = async () => {
      const seen = [(await fetch('/api/worker')).status, (await fetch('relative')).status, await fetch('http://:bad').catch((error) => error.name)];
      const xhr = new XMLHttpRequest();
      xhr.open('GET', '/api/worker-xhr', false);
      xhr.send();
      const own = Object.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'fetch') || Object.getOwnPropertyDescriptor(self, 'fetch');
      const shape = [fetch.name, fetch.length, own.enumerable, own.writable, await fetch.call({}, '/x').catch((error) => error.name)];
      tracebeam.flush();
      postMessage([seen, xhr.status, shape]);
    };`);
  const page = await browser.newPage();
  const uncaught = [];
  page.on('pageerror', (error) => uncaught.push(error.message));
  await page.goto(site.page('/with-worker', { config: null }));
  const answer = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker('/workers/worker.js');
        worker.onmessage = (event) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(0);
      })
  );
  assert.deepEqual(answer, [[200, 404, 'TypeError'], 200, ['fetch', 1, true, true, 'TypeError']]);
  for (const path of ['/api/worker', '/workers/relative', '/api/worker-xhr'])
    assert.match(site.to(path)[0].headers.traceparent, /^00-/, path);
  // The worker's script is a resource event too; it is left out here.
  const requests = () => site.events().filter((event) => event.type !== 'other' && event.type !== 'script');
  const events = await eventually(() => requests().length >= 3 && requests(), 'the events');
  assert.deepEqual(events.map((event) => event.name).sort(), ['/api/worker', '/api/worker-xhr', '/workers/relative']);
  assert.deepEqual(uncaught, []);
  await page.close();
});

test('a worker without the agent is left alone, whatever its page does', async () => {
  site.routes['/bare-worker.js'] = script(`fetch('/api/bare-worker').then((response) => postMessage(response.status))`);
  const page = await browser.newPage();
  await page.goto(site.page('/with-bare-worker', {}));
  assert.equal(
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          new Worker('/bare-worker.js').onmessage = (event) => resolve(event.data);
        })
    ),
    200
  );
  assert.equal(site.to('/api/bare-worker')[0].headers.traceparent, undefined);
  await page.close();
});

test('a service worker with the agent passes navigations and requests on', async () => {
  site.routes['/sw/sw.js'] = script(`${AGENT}
    addEventListener('install', () => skipWaiting());
    addEventListener('activate', (event) => event.waitUntil(clients.claim()));
    addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));`);
  const page = await browser.newPage();
  await page.goto(site.page('/sw/page', { config: null, body: '<p id="there">there</p>' }));
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw/sw.js');
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) => {
        navigator.serviceWorker.oncontrollerchange = resolve;
      });
  });
  await page.reload();
  assert.equal(await page.textContent('#there'), 'there');
  assert.deepEqual(
    await page.evaluate(async () => [
      (await fetch('/api/through', { method: 'POST', body: 'b', headers: { 'x-own': '1' } })).status,
      (await fetch('/api/nocors', { mode: 'no-cors' })).status,
    ]),
    [200, 200]
  );
  const [through] = site.to('/api/through');
  assert.match(through.headers.traceparent, /^00-/);
  assert.deepEqual([through.headers['x-own'], through.body], ['1', 'b']);
  assert.equal(site.to('/api/nocors')[0].headers.traceparent, undefined);
  assert.deepEqual(
    site.to('/sw/page').map((request) => 'traceparent' in request.headers),
    [false, false]
  );
  await page.close();
});
