// Scripts that were loaded before the agent and replaced functions that it builds upon (real packages where they exist): the page
// gets the same answers as without the agent, and requests are traced where possible.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';
import { eventually } from './lib/site.mjs';
import { openStage, openTab } from './lib/stage.mjs';

const root = new URL('../..', import.meta.url).pathname;
const { browser, site } = await openStage();

// Opens a page that loads `contents`, bundled, before the agent; `agent: false` for a page without it.
async function open(path, contents, { agent = true } = {}) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
    target: 'es2020',
    conditions: ['browser'],
  });
  site.routes[`${path}.js`] = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/javascript' }).end(outputFiles[0].text);
  const before = `<script>window.natives = { fetch, Request, Response, send: XMLHttpRequest.prototype.send };</script><script src="${path}.js"></script>`;
  return openTab(browser, site.page(path, { config: agent ? { pid: 'replaced', endpoint: '/rum', tracing: true } : null, before }));
}

// The application's calls; none may hang.
const calls = async (path) => {
  const seen = [];
  const say = (promise) =>
    Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 20_000, 'nothing came'))]).then(
      (said) => seen.push(said),
      (error) => seen.push(error.name)
    );
  const answer = (...args) => say(fetch(...args).then((response) => response.json().then((body) => `${response.status} ${body.ok}`)));
  await answer(path);
  await answer(path, { method: 'POST', body: 'one', headers: { 'x-own': '1' } });
  await answer(path, { headers: new Headers({ 'x-own': '2' }) });
  await answer(new Request(path, { method: 'POST', body: 'two', headers: { 'x-own': '3' } }));
  await answer(`${path}?status=503`);
  await say(
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open('GET', path);
      xhr.setRequestHeader('x-own', '4');
      xhr.onload = () => resolve(`${xhr.status} ${xhr.responseText}`);
      xhr.send();
    })
  );
  return seen;
};

const ANSWERS = ['200 true', '200 true', '200 true', '200 true', '503 true', '200 {"ok":true}'];
const HEARD = [
  ['GET', undefined, ''],
  ['POST', '1', 'one'],
  ['GET', '2', ''],
  ['POST', '3', 'two'],
  ['GET', undefined, ''],
  ['GET', '4', ''],
];

const heard = (path) => site.to(path).map(({ method, headers, body }) => [method, headers['x-own'], body]);
const traced = (path) => site.to(path).map(({ headers }) => 'traceparent' in headers);

async function reported(page, path, count) {
  await page.evaluate(() => tracebeam.flush());
  const found = () => site.events().filter((event) => event.url.startsWith(site.origin + path) && /fetch|xml/.test(event.type));
  await eventually(() => found().length >= count, 'the events');
  return found()
    .map((event) => `${event.type} ${event.method} ${event.status_code} ${event.outcome} ${event.trace_context_hint}`)
    .sort();
}

const FETCHES = [
  'fetch GET 200 ok set',
  'fetch GET 200 ok set',
  'fetch GET 503 http_error set',
  'fetch POST 200 ok set',
  'fetch POST 200 ok set',
];
const XHR = 'xmlhttprequest GET 200 ok set';

// Runs the calls on a page without and a page with the agent, and compares. Returns the latter page, which stays open.
async function compare(name, contents) {
  const without = await open(`/${name}-without`, contents, { agent: false });
  assert.deepEqual(await without.page.evaluate(calls, `/api/${name}-without`), ANSWERS);
  assert.deepEqual(heard(`/api/${name}-without`), HEARD);
  await without.page.close();
  const opened = await open(`/${name}`, contents);
  assert.deepEqual(await opened.page.evaluate(calls, `/api/${name}`), ANSWERS);
  assert.deepEqual(heard(`/api/${name}`), HEARD);
  return { ...opened, own: opened.lines.filter((line) => /tracebeam|uncaught/.test(line)) };
}

test("a Promise that takes the browser's for its own (promise-polyfill)", async () => {
  const { page, own } = await compare('promise', `import Own from 'promise-polyfill'; window.Promise = Own;`);
  assert.deepEqual(traced('/api/promise'), [true, true, true, true, true, true]);
  assert.deepEqual(await reported(page, '/api/promise', 6), [...FETCHES, XHR]);
  assert.deepEqual(own, []);
  await page.close();
});

test('a fetch made of XMLHttpRequest is left alone: one header, one event, and none for our own sends (whatwg-fetch)', async () => {
  const { page, own } = await compare(
    'whatwg',
    `window.fetch = window.Request = window.Response = window.Headers = undefined; require('whatwg-fetch');`
  );
  assert.deepEqual(traced('/api/whatwg'), [true, true, true, true, true, true]);
  assert.deepEqual(
    await reported(page, '/api/whatwg', 6),
    [...FETCHES.map((event) => event.replace('fetch', 'xmlhttprequest')), XHR].sort()
  );
  // If a send had recorded an event about itself, that event would come with the next batch.
  await page.evaluate((path) => fetch(path), '/api/whatwg-next');
  assert.deepEqual(await reported(page, '/api/whatwg-next', 1), [XHR]);
  assert.deepEqual(
    site.events().filter((event) => event.url.endsWith('/rum')),
    []
  );
  assert.deepEqual(own, []);
  await page.close();
});

test("so is one beside the browser's own Request", async () => {
  const { page, lines } = await open('/beside', `window.fetch = require('whatwg-fetch').fetch;`);
  assert.equal(await page.evaluate(async () => (await fetch('/api/beside', { headers: { 'x-own': '1' } })).status), 200);
  assert.deepEqual(await reported(page, '/api/beside', 1), [XHR]);
  assert.deepEqual([heard('/api/beside'), traced('/api/beside'), lines], [[['GET', '1', '']], [true], []]);
  await page.close();
});

test("an XMLHttpRequest that is a script's own: fetch is traced, and one line says that the other is not (Mock.js)", async () => {
  const { page, own } = await compare('mock', `import Mock from 'mockjs'; Mock.mock('/api/mocked', { ok: true });`);
  assert.deepEqual(traced('/api/mock'), [true, true, true, true, true, false]);
  assert.deepEqual(await reported(page, '/api/mock', 5), FETCHES);
  assert.deepEqual(own, ['warning: [tracebeam] a request function is locked or replaced by another script; its requests are not traced']);
  await page.close();
});

test("an XMLHttpRequest that extends the browser's is traced", async () => {
  const { page, own } = await compare(
    'extended',
    `window.XMLHttpRequest = class extends XMLHttpRequest { send(body) { super.send(body); } };`
  );
  assert.deepEqual(traced('/api/extended'), [true, true, true, true, true, true]);
  assert.deepEqual(await reported(page, '/api/extended', 6), [...FETCHES, XHR]);
  assert.deepEqual(own, []);
  await page.close();
});

test('answers that are Proxies of a Response have their status (vConsole)', async () => {
  const { page, own } = await compare('vconsole', `import VConsole from 'vconsole'; new VConsole();`);
  assert.deepEqual(traced('/api/vconsole'), [true, true, true, true, true, true]);
  assert.deepEqual(await reported(page, '/api/vconsole', 6), [...FETCHES, XHR]);
  // Observing such a response prints nothing.
  assert.deepEqual(own, []);
  await page.close();
});

test('a start that fails half way takes back what it has done', async () => {
  const { page, own } = await compare(
    'halfway',
    `
    const get = (target, name) => {
      const { src } = document.currentScript || {};
      if (name === 'prototype' && src && src.endsWith('/tracebeam.js')) throw new Error('not now');
      return Reflect.get(target, name);
    };
    window.XMLHttpRequest = new Proxy(XMLHttpRequest, { get });`
  );
  assert.deepEqual(traced('/api/halfway'), [false, false, false, false, false, false]);
  assert.equal(await page.evaluate(() => fetch === natives.fetch), true);
  assert.equal(own.length, 1, own.join('\n'));
  assert.match(own[0], /^warning: \[tracebeam\] not started: Error: not now/);
  await page.close();
});

test("what a page breaks after the agent breaks nothing in the agent's hooks", async () => {
  const { page, lines } = await openTab(
    browser,
    site.page('/broken-later', { config: { pid: 'broken-later', endpoint: '/rum', tracing: true } })
  );
  const seen = await page.evaluate(async () => {
    const broken = () => {
      throw new Error('broken by the page');
    };
    RegExp.prototype.test = broken;
    String.prototype.split = broken;
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/api/broken-later');
    xhr.setRequestHeader('tracestate', 'own=1');
    const end = new Promise((resolve) => (xhr.onloadend = resolve));
    xhr.send();
    await end;
    return [xhr.status, await fetch('/api/broken-later').then((response) => response.status)];
  });
  assert.deepEqual(seen, [200, 200]);
  assert.equal(site.to('/api/broken-later')[0].headers.tracestate, 'own=1');
  assert.deepEqual(
    lines.filter((line) => line.startsWith('uncaught')),
    []
  );
  await page.close();
});
