// The application's calls on `tracebeam`: each takes effect at once and never throws.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flush, openApi, request } from './lib/api.mjs';
import { sentWith } from './lib/site.mjs';
import { another, openStage } from './lib/stage.mjs';

const { browser, site } = await openStage();
const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
const other = await another({ serve: (_request, response) => !!response.writeHead(200, cors).end() });

const open = (t, config, options) => openApi(t, { browser, site }, config, options);

test("the names of the vendor's package, and one agent however often it is asked for", async (t) => {
  const { page } = await open(t, 'tracing: true');
  const found = await page.evaluate(() => ({
    functions: [
      'init',
      'stop',
      'flush',
      'setUser',
      'setConfig',
      'getConfig',
      'setView',
      'sendEvent',
      'sendResource',
      'sendCustom',
      'sendException',
      'sendView',
      'getTraceContext',
    ].filter((name) => typeof tracebeam[name] !== 'function'),
    version: tracebeam.version,
    same: tracebeam.init({ pid: 'second', endpoint: '/rum' }) === tracebeam,
    pid: tracebeam.getConfig().pid,
  }));
  assert.deepEqual([found.functions, found.same, found.pid], [[], true, 'api-1']);
  assert.match(found.version, /^\d+\.\d+\.\d+/);
});

test('setConfig changes what holds for the next request; what was recorded leaves as it was meant', async (t) => {
  const { page, warnings, event } = await open(t, "tracing: false, env: 'pre'");
  await request(page, '/api/set/a');
  await page.evaluate(() => {
    // An event of the application's own waits for no measurement.
    tracebeam.sendEvent({ name: 'before' });
    tracebeam.setConfig('tracing', { propagatorTypes: 'b3' });
    // As the vendor documents it.
    tracebeam.setConfig({ ...tracebeam.getConfig(), env: 'gray', parseResourceName: (url) => 'named:' + url.split('/').pop() });
    tracebeam.sendEvent({ name: 'after' });
  });
  await request(page, '/api/set/b');
  await flush(page);
  assert.deepEqual([(await event('before')).bundle.app.env, (await event('after')).bundle.app.env], ['pre', 'gray']);
  assert.deepEqual([(await event('/api/set/a')).trace_context_hint, (await event('named:b')).trace_context_hint], ['disabled', 'set']);
  assert.deepEqual(
    site
      .to('/api/set/a')
      .concat(site.to('/api/set/b'))
      .map(({ headers }) => !!headers.b3),
    [false, true]
  );
  assert.deepEqual(warnings, []);
});

test('beforeReport and evaluateApi may be given, and taken back, while the agent runs', async (t) => {
  const { page, event } = await open(t, 'tracing: true');
  await page.evaluate(() => {
    tracebeam.setConfig('beforeReport', (bundle) => ({ ...bundle, seen: true }));
    tracebeam.setConfig('evaluateApi', async () => ({ name: 'judged' }));
  });
  await request(page, '/api/late');
  await flush(page);
  assert.equal((await event('judged')).bundle.seen, true);
  await page.evaluate(() => tracebeam.setConfig({ beforeReport: undefined, evaluateApi: undefined }));
  await request(page, '/api/later');
  await flush(page);
  assert.equal((await event('/api/later')).bundle.seen, undefined);
});

test('getConfig gives a copy: functions and RegExps as they are, and no way in', async (t) => {
  const { page } = await open(
    t,
    "tracing: { allowedUrls: [/a/g, { match: (url) => url === 'x' }] }, env: Symbol('x'), user: { name: 'Ann' }"
  );
  const found = await page.evaluate(() => {
    const config = tracebeam.getConfig();
    const [pattern, { match }] = config.tracing.allowedUrls;
    config.tracing.allowedUrls.push('https://evil.example');
    config.user.name = 'Eve';
    return [
      String(pattern),
      match('x'),
      'env' in config,
      tracebeam.getConfig().user.name,
      tracebeam.getConfig().tracing.allowedUrls.length,
    ];
  });
  assert.deepEqual(
    found.filter((_, at) => at !== 2),
    ['/a/g', true, 'Ann', 2]
  );
});

test("setUser goes with what follows, and its id is the agent's own", async (t) => {
  const { page, warnings, event } = await open(t, 'tracing: true');
  await page.evaluate(() => {
    tracebeam.sendEvent({ name: 'a' });
    tracebeam.setUser({ name: 'Ann', tags: 'beta' });
    tracebeam.sendEvent({ name: 'b' });
    tracebeam.setUser({ id: 'mine', name: 'Bob' });
    tracebeam.sendEvent({ name: 'c' });
    tracebeam.flush();
  });
  const users = [];
  for (const name of 'abc') users.push((await event(name)).bundle.user);
  assert.deepEqual(
    users.map((user) => [user.name, user.tags]),
    [
      [undefined, undefined],
      ['Ann', 'beta'],
      ['Bob', undefined],
    ]
  );
  assert.equal(new Set(users.map((user) => user.id)).size, 1);
  assert.match(users[0].id, /^uid_/);
  assert.equal(warnings.length, 1);
});

test('setView names the view until the route changes', async (t) => {
  const { page, pid, event } = await open(t, 'tracing: true');
  await page.evaluate(() => tracebeam.setView({ name: 'Checkout' }));
  await request(page, '/api/view/a');
  await page.evaluate(() => tracebeam.setView('Payment'));
  await request(page, '/api/view/b');
  await page.evaluate(() => history.pushState(null, '', '/elsewhere'));
  await request(page, '/api/view/c');
  await flush(page);
  const views = [];
  for (const name of 'abc') views.push((await event(`/api/view/${name}`)).view);
  assert.deepEqual(
    views.map((view) => view.name),
    ['Checkout', 'Payment', '/elsewhere']
  );
  assert.equal(new Set(views.map((view) => view.id)).size, 3, pid);
});

test('sendEvent makes a resource event of what fits', async (t) => {
  const { page, warnings, event } = await open(t, 'tracing: true');
  const began = Date.now();
  await page.evaluate(() => {
    tracebeam.sendEvent({
      event_type: 'resource',
      name: 'quote',
      type: 'websocket',
      url: 'wss://user:pw@quotes.example/live?token=secret#x',
      method: 'GET',
      status_code: 101,
      success: 0,
      message: 'closed "early"\0',
      duration: 1234.5,
      properties: { symbol: 'ACME', n: 3, bad: {} },
    });
    tracebeam.sendResource({ name: 'plain' });
    tracebeam.sendEvent({ url: '/api/by-url/7', timestamp: 1790000000000, status_code: 503 });
    tracebeam.flush();
  });
  const { bundle, view, ...quote } = await event('quote');
  assert.deepEqual(
    [quote.event_type, quote.type, quote.method, quote.status_code, quote.success, quote.message, quote.duration, quote.properties],
    ['resource', 'websocket', 'GET', 101, 0, 'closed "early"', 1234.5, { symbol: 'ACME', n: 3 }]
  );
  assert.ok(!/pw|secret|#x/.test(quote.url), quote.url);
  assert.ok(Math.abs(quote.timestamp + 1234.5 - began) < 60_000, 'it ended now');
  assert.equal(quote.trace_id, undefined);
  const plain = await event('plain');
  assert.deepEqual([plain.type, plain.success, plain.trace_context_hint], ['custom', -1, undefined]);
  const byUrl = bundle.events.find((event) => event.url.endsWith('/api/by-url/7'));
  assert.deepEqual([byUrl.timestamp, byUrl.outcome, byUrl.success], [1790000000000, 'http_error', 0]);
  assert.equal(new Set(bundle.events.map((event) => event.event_id)).size, bundle.events.length);
  assert.deepEqual(warnings, []);
});

test('getTraceContext goes the line that a fetch would go', async (t) => {
  const { page, event, bundles } = await open(
    t,
    `tracing: { propagatorTypes: ['tracecontext', 'b3'], allowedUrls: [{ match: /\\/v1\\//, propagatorTypes: 'jaeger' }, { match: /\\/no\\//, propagatorTypes: [] }] }, filters: { resource: ['/filtered'] }`
  );
  const found = await page.evaluate(async (origin) => {
    const ask = (url) => tracebeam.getTraceContext(url);
    const own = ask('/api/by-hand');
    const socket = ask(location.origin.replace('http', 'ws') + '/socket');
    tracebeam.sendEvent({ name: 'socket', type: 'websocket', url: '/socket', traceparent: socket.headers.traceparent });
    await fetch('/api/marker').then((response) => response.text());
    tracebeam.flush();
    return {
      own,
      socket,
      v1: ask(new URL(origin + '/v1/x')),
      hints: ['/no/x', '/other', '/filtered/x'].map((path, at) => ask(at === 2 ? path : origin + path)),
      blob: ask('blob:x'),
    };
  }, other.origin);
  const { headers, traceId, spanId } = found.own;
  assert.deepEqual(Object.keys(headers), ['traceparent', 'tracestate', 'b3']);
  assert.equal(headers.traceparent, `00-${traceId}-${spanId}-01`);
  assert.equal(headers.b3, `${traceId}-${spanId}-1`);
  assert.deepEqual([found.own.hint, found.own.sampled], ['set', true]);
  assert.deepEqual(Object.keys(found.v1.headers), ['uber-trace-id']);
  assert.deepEqual(found.hints, [
    { hint: 'excluded', headers: null },
    { hint: 'no_match', headers: null },
    { hint: 'excluded', headers: null },
  ]);
  assert.deepEqual(found.blob, { hint: 'not_http', headers: null });
  const socket = await event('socket');
  assert.deepEqual(
    [socket.trace_id, socket.trace_context_hint, sentWith(socket).traceparent],
    [found.socket.traceId, 'external', found.socket.headers.traceparent]
  );
  await event('/api/marker');
  assert.ok(!bundles().some((bundle) => bundle.events.some((event) => event.url.endsWith('/api/by-hand'))), 'to ask is no request');
});

test('getTraceContext samples as a fetch is sampled', async (t) => {
  const { page } = await open(t, "tracing: { sample: 0, allowedUrls: ['https://a.example'] }");
  const [flag, omit] = await page.evaluate(() => {
    const flag = tracebeam.getTraceContext('https://a.example/');
    tracebeam.setConfig('tracing', { sample: 0, unsampled: 'omit' });
    return [flag, tracebeam.getTraceContext('/')];
  });
  assert.deepEqual([flag.hint, flag.sampled], ['set', false]);
  assert.match(flag.headers.traceparent, /-00$/);
  assert.deepEqual(omit, { hint: 'not_sampled', headers: null });
});
