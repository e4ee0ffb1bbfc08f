// remoteConfig: settings from the endpoint take effect when they arrive and never widen what the page allows. If there are
// none, the page does not notice.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { start } from './lib/demo.mjs';
import { eventually } from './lib/site.mjs';
import { another, openStage } from './lib/stage.mjs';

// Answers by pid: a value to send as JSON, or a function (request, response).
const answers = {};

const CORS = { 'access-control-allow-origin': '*' };
const serve = (request, response, _body, url) => {
  const [, pid] = /^\/config\/(.+)$/.exec(url.pathname) ?? [];
  if (!pid) return false;
  const answer = answers[decodeURIComponent(pid)];
  if (typeof answer === 'function') answer(request, response);
  else if (answer === undefined) response.writeHead(404, CORS).end();
  else response.writeHead(200, { ...CORS, 'content-type': 'application/json', 'cache-control': 'no-cache' }).end(JSON.stringify(answer));
  return true;
};
const { browser, site } = await openStage({ serve });
const all = { ...CORS, 'access-control-allow-headers': '*' };
const other = await another({
  serve: (request, response, body, url) => serve(request, response, body, url) || !!response.writeHead(200, all).end(),
});

let pages = 0;
const hint = (page, url) => page.evaluate((url) => tracebeam.getTraceContext(url).hint, url);
const asked = (where, pid) => where.to(`/config/${encodeURIComponent(pid)}`).filter((request) => request.method === 'GET');
const pid = () => `remote-${++pages}`;

async function open(t, id, config, { first = '' } = {}) {
  const page = await browser.newPage();
  const said = [];
  const uncaught = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => uncaught.push(error.message));
  await page.goto(site.page(`/remote/${pages}`, { config: `{ pid: '${id}', endpoint: '/rum', ${config} }`, before: first }));
  t.after(async () => {
    await page.close();
    assert.deepEqual(uncaught, []);
  });
  return { page, said, warnings: () => said.filter((text) => text.startsWith('warning')) };
}

test('it is asked for at the start, and holds from its answer on', async (t) => {
  const id = pid();
  answers[id] = { tracing: { sample: 0, unsampled: 'omit' } };
  const { page, said } = await open(t, id, 'tracing: true, remoteConfig: true');
  await eventually(async () => (await hint(page, '/')) === 'not_sampled', "the endpoint's word");
  assert.equal(asked(site, id).length, 1);
  const { headers } = asked(site, id)[0];
  assert.deepEqual([headers.cookie, headers.traceparent, headers.b3], [undefined, undefined, undefined]);
  await page.evaluate(() =>
    fetch('/api/remote-marker')
      .then((response) => response.text())
      .then(() => tracebeam.flush())
  );
  await eventually(() => site.events().some((event) => event.url.endsWith('/api/remote-marker')), 'an event');
  assert.ok(!site.events().some((event) => event.url.includes('/config/')), "the agent's own request is no event");
  assert.deepEqual(said, []);
});

test('nobody is asked where the page does not want it', async (t) => {
  const id = pid();
  answers[id] = { tracing: false };
  const { page } = await open(t, id, 'tracing: true, remoteConfig: { enable: false }');
  await page.evaluate(() => fetch('/api/x').then((response) => response.text()));
  assert.equal(asked(site, id).length, 0);
});

test('it asks where the page says; RegExps come as texts, and first both lists must match', async (t) => {
  const id = pid();
  answers[id] = {
    tracing: { allowedUrls: ['/\\/v1\\//i', { match: '/EVIL/i' }, '/[/', 'https://evil.example'] },
    filters: { resource: ['/\\/ping$/'] },
  };
  const { page, warnings } = await open(
    t,
    id,
    `tracing: { allowedUrls: ['${other.origin}'] }, remoteConfig: { url: '${other.origin}/config/${id}' }`
  );
  await eventually(async () => (await hint(page, `${other.origin}/v2/x`)) === 'no_match', "the endpoint's word");
  assert.deepEqual([asked(site, id).length, asked(other, id).length], [0, 1]);
  const hints = [];
  for (const url of [
    `${other.origin}/v1/x`,
    `${other.origin}/V1/x`,
    'https://evil.example/v1/',
    'https://evil.example/',
    '/here',
    '/api/ping',
  ])
    hints.push(await hint(page, url));
  assert.deepEqual(hints, ['set', 'set', 'no_match', 'no_match', 'set', 'excluded']);
  assert.deepEqual(warnings().length, 1, 'for the RegExp that is none');
  // The server sees the same.
  const sent = await page
    .evaluate(async (origin) => {
      for (const path of ['/v1/wire', '/v2/wire']) await fetch(origin + path);
    }, other.origin)
    .then(() => ['/v1/wire', '/v2/wire'].map((path) => other.to(path).some((request) => request.headers.traceparent)));
  assert.deepEqual(sent, [true, false]);
});

test("where the page allows it the endpoint's list takes the place of its own", async (t) => {
  const id = pid();
  answers[id] = { tracing: { allowedUrls: [other.origin] } };
  const { page } = await open(t, id, 'tracing: true, remoteConfig: { widen: true }');
  await eventually(async () => (await hint(page, `${other.origin}/x`)) === 'set', "the endpoint's word");
});

for (const [what, answer] of [
  ['404', (_request, response) => response.writeHead(404, CORS).end('{"tracing":false}')],
  ['500 with a configuration', (_request, response) => response.writeHead(500, CORS).end('{"tracing":false}')],
  ['no JSON', (_request, response) => response.writeHead(200, CORS).end('<html>')],
  ['too long', (_request, response) => response.writeHead(200, CORS).end(`{"tracing":false,"x":"${'x'.repeat(60_000)}"}`)],
  ['a connection that breaks', (_request, response) => response.destroy()],
]) {
  test(`harmless and silent: ${what}`, async (t) => {
    const id = pid();
    answers[id] = answer;
    const { page, said, warnings } = await open(t, id, 'tracing: true, remoteConfig: true');
    await eventually(
      () => said.some((text) => text.startsWith('debug: [tracebeam] no remote configuration')),
      'the line for those who debug'
    );
    assert.equal(await hint(page, '/'), 'set');
    assert.deepEqual(warnings(), []);
  });
}

for (const [what, answer] of [
  ['null', null],
  ['a list', [{ tracing: false }]],
  ['a text', 'tracing'],
  ['an empty object', {}],
]) {
  test(`says nothing: ${what}`, async (t) => {
    const id = pid();
    answers[id] = answer;
    const { page, warnings } = await open(t, id, 'tracing: true, remoteConfig: true');
    await eventually(() => asked(site, id).length === 1, 'the request');
    await page.evaluate(() => fetch('/api/x').then((response) => response.text()));
    assert.equal(await hint(page, '/'), 'set');
    assert.deepEqual(warnings(), []);
  });
}

test("what does not fit is warned about once and changes nothing; keys of prototypes are nobody's", async (t) => {
  const id = pid();
  answers[id] = (_request, response) =>
    response.writeHead(200, CORS).end('{"__proto__":{"tracing":false},"tracing":{"sample":"all","unsampled":"omit"},"pid":"other"}');
  const { page, warnings } = await open(t, id, 'tracing: { sample: 0 }, remoteConfig: true');
  await eventually(async () => (await hint(page, '/')) === 'not_sampled', "the endpoint's word");
  assert.deepEqual(warnings(), ['warning: [tracebeam] tracing.sample must be a number from 0 to 100; using 100']);
  assert.equal(await page.evaluate(() => tracebeam.getConfig().pid), id);
  await page.evaluate(() => tracebeam.setConfig('env', 'x'));
  assert.equal(await hint(page, '/'), 'not_sampled', 'it holds when the page changes something else');
});

// Makes the page believe that it is hidden or visible: headless Chromium shows every page.
const show = (page, state) =>
  page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

test('it is asked again when the page was hidden for more than 30 seconds, and not before', async (t) => {
  const id = pid();
  answers[id] = { tracing: { sample: 100 } };
  // A clock that the test can set forward.
  const first = '<script>window.ahead = 0; const now = Date.now; Date.now = () => now() + window.ahead;</script>';
  const { page } = await open(t, id, "tracing: { unsampled: 'omit' }, remoteConfig: true", { first });
  await eventually(() => asked(site, id).length === 1, 'the first request');
  await show(page, 'hidden');
  await page.evaluate(() => (window.ahead += 10_000));
  await show(page, 'visible');
  await page.evaluate(() => fetch('/api/x').then((response) => response.text()));
  assert.equal(asked(site, id).length, 1, 'not after ten seconds');
  answers[id] = { tracing: { sample: 0 } };
  await show(page, 'hidden');
  await page.evaluate(() => (window.ahead += 31_000));
  await show(page, 'visible');
  await eventually(async () => (await hint(page, '/')) === 'not_sampled', "the endpoint's new word");
  await show(page, 'visible');
  await page.evaluate(() => fetch('/api/x').then((response) => response.text()));
  assert.equal(asked(site, id).length, 2);
  await page.evaluate(() => tracebeam.stop());
  await show(page, 'hidden');
  await page.evaluate(() => (window.ahead += 31_000));
  await show(page, 'visible');
  await page.evaluate(() => fetch('/api/x').then((response) => response.text()));
  assert.equal(asked(site, id).length, 2, 'nor after stop()');
});

test('an answer that comes after stop() changes nothing', async (t) => {
  const id = pid();
  let release;
  answers[id] = (_request, response) => (release = () => response.writeHead(200, CORS).end('{"tracing":false}'));
  const { page, said } = await open(t, id, 'tracing: true, remoteConfig: true');
  await eventually(() => release, 'the request');
  await page.evaluate(() => tracebeam.stop());
  release();
  await page.evaluate(() => fetch('/api/x').then((response) => response.text()));
  await page.evaluate((id) => tracebeam.init({ pid: id, endpoint: '/rum', tracing: true }), id);
  assert.equal(await hint(page, '/'), 'set');
  assert.deepEqual(
    said.filter((text) => !text.startsWith('debug')),
    []
  );
});

test('the gateway answers from its directory, and an edit of the file holds for the next page', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'tracebeam-config-'));
  const gateway = await start('tracebeam-gateway', ['--listen', '127.0.0.1:0', '--store', ':memory:', '--config', directory]);
  t.after(async () => {
    await gateway.stop();
    await rm(directory, { recursive: true });
  });
  const [origin] = gateway.addresses;
  const id = `${pid()}@eu`;
  const say = (config) => writeFile(join(directory, `${id}.json`), JSON.stringify(config));
  await say({ tracing: { sample: 0, unsampled: 'omit' } });
  const config = `tracing: true, remoteConfig: true`;
  const context = await browser.newContext();
  t.after(() => context.close());
  const url = site.page('/remote/gateway', { config: `{ pid: '${id}', endpoint: '${origin}/rum', ${config} }` });
  const page = await context.newPage();
  const statuses = [];
  page.on('response', (response) => response.url().includes('/config/') && statuses.push(response.status()));
  await page.goto(url);
  await eventually(async () => (await hint(page, '/')) === 'not_sampled', "the gateway's word");
  await page.reload();
  await eventually(async () => (await hint(page, '/')) === 'not_sampled', "the same word, from the browser's own copy");
  await say({ tracing: { enable: false } });
  await page.reload();
  await eventually(async () => (await hint(page, '/')) === 'disabled', 'another word');
  assert.equal(statuses.length, 3);
});
