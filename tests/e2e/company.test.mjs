// Real packages that patch the same functions, loaded before the agent and after it: every request is sent once with one
// traceparent, answered, and reported once; nothing is thrown or left unhandled.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';
import { eventually, sentWith } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const root = new URL('../..', import.meta.url).pathname;

// How an application starts each package. `window.others` counts the requests that the package saw, where it can tell.
const COMPANY = {
  'zone.js': `import 'zone.js';
    window.tasks = [];
    window.zone = Zone.current.fork({ name: 'app', onScheduleTask(parent, current, target, task) { tasks.push(task.source); return parent.scheduleTask(target, task); } });
    window.others = () => Zone.current.name;`,
  msw: `import { setupWorker } from 'msw/browser'; import { http, HttpResponse } from 'msw';
    import { FetchInterceptor } from '@mswjs/interceptors/fetch'; import { XMLHttpRequestInterceptor } from '@mswjs/interceptors/XMLHttpRequest';
    window.others = typeof setupWorker;
    const { pathname } = location;
    for (const Interceptor of [FetchInterceptor, XMLHttpRequestInterceptor]) {
      const interceptor = new Interceptor();
      interceptor.apply();
      interceptor.on('request', ({ request, controller }) => { if (request.url.endsWith('/api/mocked')) controller.respondWith(new Response('mocked', { status: 202 })); });
    }`,
  axios: `import axios from 'axios';
    window.others = async (path) => [(await axios.get(path)).status, (await axios.get(path, { adapter: 'fetch' })).status, (await axios.post(path, { a: 1 })).status, await axios.get(path + '?status=404').catch((error) => error.response.status)];`,
  sentry: `import * as Sentry from '@sentry/browser';
    Sentry.init({ dsn: 'http://key@127.0.0.1:9/1', integrations: [Sentry.browserTracingIntegration()], tracesSampleRate: 1, tracePropagationTargets: [/api/], transport: () => ({ send: async () => ({}), flush: async () => true }) });`,
  datadog: `import { datadogRum } from '@datadog/browser-rum';
    datadogRum.init({ service: 's', applicationId: 'a', clientToken: 'b', site: 'datadoghq.com', proxy: location.origin + '/sink', sessionSampleRate: 100, traceSampleRate: 100, allowedTracingUrls: [{ match: location.origin, propagatorTypes: ['datadog', 'b3multi'] }], trackResources: true });`,
  opentelemetry: `import { WebTracerProvider, SimpleSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace-web';
    import { registerInstrumentations } from '@opentelemetry/instrumentation';
    import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch'; import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
    const exporter = new InMemorySpanExporter();
    const provider = new WebTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.register();
    registerInstrumentations({ instrumentations: [new FetchInstrumentation(), new XMLHttpRequestInstrumentation()] });
    window.others = () => exporter.getFinishedSpans().length;`,
};

const { browser, site } = await openStage({
  serve(_request, response, _body, url) {
    if (!url.pathname.startsWith('/sink')) return false;
    response.writeHead(202).end();
    return true;
  },
});
for (const [name, contents] of Object.entries(COMPANY)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
    target: 'es2020',
    conditions: ['browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  site.routes[`/company/${name}.js`] = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/javascript' }).end(outputFiles[0].text);
}

async function open(name, order, config) {
  const page = await browser.newPage();
  const lines = [];
  page.on(
    'console',
    (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && lines.push(message.text())
  );
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
  const tag = `<script src="/company/${name}.js"></script>`;
  const path = `/${name}-${order}`;
  await page.goto(
    site.page(path, {
      config: { pid: 'company', endpoint: '/rum', tracing: true, ...config },
      before: '<script>window.natives = [fetch, XMLHttpRequest.prototype.send];</script>' + (order === 'before' ? tag : ''),
      head: order === 'after' ? tag : '',
    })
  );
  return { page, lines, api: `/api/${name}-${order}` };
}

// The application's calls, in the forms that wrappers handle differently.
const calls = async (path) => {
  const seen = [];
  const answer = async (...args) =>
    seen.push(
      await fetch(...args).then(
        async (response) => `${response.status} ${(await response.json()).ok} ${response instanceof Response}`,
        String
      )
    );
  await answer(path);
  await answer(path, { headers: { 'X-Own': '1' }, method: 'POST', body: 'one' });
  await answer(new Request(path, { headers: { 'x-own': '2' }, method: 'POST', body: 'two' }));
  await answer(new Request(path, { headers: { 'x-own': '3' } }), { credentials: 'omit' });
  await answer(new URL(path, location.href), { headers: new Headers({ 'x-own': '4' }) });
  await answer(path, { headers: [['x-own', '5']] });
  const controller = new AbortController();
  controller.abort();
  seen.push(await fetch(path, { signal: controller.signal }).catch((error) => error.name));
  const xhr = new XMLHttpRequest();
  for (const [method, body] of [['GET'], ['POST', 'three']]) {
    xhr.open(method, path);
    xhr.setRequestHeader('X-Own', '6');
    xhr.send(body);
    await new Promise((resolve) => {
      xhr.onloadend = resolve;
    });
    seen.push(`${xhr.status} ${xhr.responseText}`);
  }
  return seen;
};

const OK = '200 true true';
const EXPECTED = [OK, OK, OK, OK, OK, OK, 'AbortError', '200 {"ok":true}', '200 {"ok":true}'];

const count = (request, name) => request.raw.filter((text, i) => i % 2 === 0 && text.toLowerCase() === name).length;

for (const name of Object.keys(COMPANY)) {
  for (const order of ['before', 'after']) {
    test(`H6: ${name} loaded ${order} the agent`, async () => {
      const { page, lines, api } = await open(name, order);
      assert.deepEqual(await page.evaluate(calls, api), EXPECTED);
      const requests = site.to(api).filter((request) => request.method !== 'OPTIONS');
      assert.deepEqual(
        requests.map((request) => [request.headers['x-own'], request.body]),
        [
          [undefined, ''],
          ['1', 'one'],
          ['2', 'two'],
          ['3', ''],
          ['4', ''],
          ['5', ''],
          ['6', ''],
          ['6', 'three'],
        ]
      );
      for (const request of requests) {
        assert.equal(count(request, 'traceparent'), 1, 'one traceparent');
        assert.match(request.headers.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
        assert.ok(count(request, 'tracestate') <= 1, 'one tracestate');
      }
      await page.evaluate(() => tracebeam.flush());
      // MSW itself answers a call whose signal was already aborted.
      const wanted = [
        'fetch GET ok',
        'fetch POST ok',
        'fetch POST ok',
        'fetch GET ok',
        'fetch GET ok',
        'fetch GET ok',
        'fetch GET abort',
        'xmlhttprequest GET ok',
        'xmlhttprequest POST ok',
      ].filter((event) => !(name === 'msw' && order === 'after' && event.endsWith('abort')));
      const events = await eventually(() => {
        const found = site.events().filter((event) => event.name === api);
        return found.length >= wanted.length && found;
      }, 'the events').catch(() => site.events().filter((event) => event.name === api));
      // Sorted: an event without an entry is sent later.
      assert.deepEqual(events.map((event) => `${event.type} ${event.method} ${event.outcome}`).sort(), wanted.sort());
      // The event names the header that the server saw, whoever set it.
      const sent = new Set(requests.map((request) => request.headers.traceparent));
      // OpenTelemetry's wrapper below ours overwrites our headers, which ours cannot see.
      for (const event of events)
        if (event.outcome === 'ok' && !(name === 'opentelemetry' && order === 'before'))
          assert.ok(sent.has(sentWith(event).traceparent), `${event.trace_data} was sent`);
      // Stopping the agent removes nothing of theirs (pitfall H3).
      assert.deepEqual(
        await page.evaluate(async (path) => {
          tracebeam.stop();
          return (await fetch(path + '-stopped')).status;
        }, api),
        200
      );
      assert.deepEqual(lines, []);
      await page.close();
    });
  }
}

test('axios by XMLHttpRequest and by fetch, in both orders', async () => {
  for (const order of ['before', 'after']) {
    const { page } = await open('axios', order);
    assert.deepEqual(await page.evaluate((path) => others(path), `/api/axios-own-${order}`), [200, 200, 200, 404]);
    for (const request of site.to(`/api/axios-own-${order}`)) assert.equal(count(request, 'traceparent'), 1);
    await page.close();
  }
});

test('MSW answers what it mocks, in both orders', async () => {
  for (const order of ['before', 'after']) {
    const { page, lines } = await open('msw', order);
    const answers = await page.evaluate(async () => {
      const xhr = new XMLHttpRequest();
      xhr.open('GET', '/api/mocked');
      xhr.send();
      await new Promise((resolve) => {
        xhr.onloadend = resolve;
      });
      const response = await fetch('/api/mocked');
      return [response.status, await response.text(), xhr.status, xhr.responseText];
    });
    assert.deepEqual(answers, [202, 'mocked', 202, 'mocked']);
    assert.equal(site.to('/api/mocked').length, 0);
    assert.deepEqual(lines, []);
    await page.close();
  }
});

test('F29: zone.js sees no timer, listener or send of ours', async () => {
  for (const order of ['before', 'after']) {
    const { page } = await open('zone.js', order, { reportConfig: { flushTime: 50, maxEventCount: 2 } });
    const tasks = await page.evaluate(() =>
      zone.run(async () => {
        for (let i = 0; i < 5; i++) await fetch('/api/zone');
        const xhr = new XMLHttpRequest();
        xhr.open('GET', '/api/zone');
        xhr.send();
        await new Promise((resolve) => {
          xhr.onload = resolve;
        });
        return tasks;
      })
    );
    await eventually(() => site.events().filter((event) => event.name === '/api/zone').length >= 6, 'the events');
    assert.deepEqual(
      (await page.evaluate(() => tasks)).filter((source) => /setTimeout|addEventListener/.test(source) && !/:load$/.test(source)),
      [],
      `order ${order}: ${tasks}`
    );
    assert.equal(tasks.filter((source) => source === 'fetch').length <= 5, true);
    site.bundles.length = 0;
    await page.close();
  }
});
