// What an application calls on `tracebeam`: each call does what it says at once, takes nothing amiss, and never throws.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { eventually, openSite } from './lib/site.mjs';

let browser;
let site;
let other;

before(async () => {
  browser = await launch();
  site = await openSite();
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
  other = await openSite({ serve: (_request, response) => !!response.writeHead(200, cors).end() });
});

after(async () => {
  await browser.close();
  await site.close();
  await other.close();
});

let pages = 0;

// A page of its own, with the console's warnings; closed and checked for errors when the test is over.
async function open(t, config, options = {}) {
  const pid = `api-${++pages}`;
  const page = await browser.newPage();
  const warnings = [];
  const uncaught = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  page.on('pageerror', (error) => uncaught.push(error.message));
  const own = `pid: '${pid}', endpoint: '/rum'`;
  await page.goto(site.page(`/${pid}`, { config: config === null ? 'undefined' : `{ ${own}, ${config} }`, ...options }));
  t.after(async () => {
    await page.close();
    assert.deepEqual(uncaught, []);
  });
  const bundles = () => site.bundles.filter((bundle) => bundle.app.id === pid);
  // The event of `name`, with the bundle that it came in.
  const event = (name) =>
    eventually(() => {
      for (const bundle of bundles()) {
        const found = bundle.events.find((event) => event.name === name);
        if (found) return { ...found, bundle, view: found.view ?? bundle.view };
      }
    }, `the event ${name}`);
  return { page, pid, warnings, bundles, event };
}

const request = (page, path) => page.evaluate((path) => fetch(path).then((response) => response.text()), path);
const flush = (page) => page.evaluate(() => tracebeam.flush());

test('the names of the vendor\'s package, and one agent however often it is asked for', async (t) => {
  const { page } = await open(t, 'tracing: true');
  const found = await page.evaluate(() => ({
    functions: ['init', 'stop', 'flush', 'setUser', 'setConfig', 'getConfig', 'setView', 'sendEvent', 'sendResource', 'sendCustom', 'sendException', 'sendView', 'getTraceContext'].filter(
      (name) => typeof tracebeam[name] !== 'function'
    ),
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
    // An event of one's own waits for no measurement.
    tracebeam.sendEvent({ name: 'before' });
    tracebeam.setConfig('tracing', { propagatorTypes: 'b3' });
    // The vendor's documented way.
    tracebeam.setConfig({ ...tracebeam.getConfig(), env: 'gray', parseResourceName: (url) => 'named:' + url.split('/').pop() });
    tracebeam.sendEvent({ name: 'after' });
  });
  await request(page, '/api/set/b');
  await flush(page);
  assert.deepEqual([(await event('before')).bundle.app.env, (await event('after')).bundle.app.env], ['pre', 'gray']);
  assert.deepEqual([(await event('/api/set/a')).trace_context_hint, (await event('named:b')).trace_context_hint], ['disabled', 'set']);
  assert.deepEqual(site.to('/api/set/a').concat(site.to('/api/set/b')).map(({ headers }) => !!headers.b3), [false, true]);
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
  const { page } = await open(t, "tracing: { allowedUrls: [/a/g, { match: (url) => url === 'x' }] }, env: Symbol('x'), user: { name: 'Ann' }");
  const found = await page.evaluate(() => {
    const config = tracebeam.getConfig();
    const [pattern, { match }] = config.tracing.allowedUrls;
    config.tracing.allowedUrls.push('https://evil.example');
    config.user.name = 'Eve';
    return [String(pattern), match('x'), 'env' in config, tracebeam.getConfig().user.name, tracebeam.getConfig().tracing.allowedUrls.length];
  });
  assert.deepEqual(found.filter((_, at) => at !== 2), ['/a/g', true, 'Ann', 2]);
});

test('what is fixed stays, and each mistake is named once', async (t) => {
  const { page, pid, warnings, event } = await open(t, 'tracing: true, env: 5');
  await page.evaluate(() => {
    for (let i = 0; i < 3; i++) {
      tracebeam.setConfig({ pid: 'other', endpoint: 'https://evil.example/rum', exporter: 'otlp' });
      tracebeam.setConfig('version', 7);
      tracebeam.setConfig('tracing', { sample: 'all' });
      tracebeam.setConfig('env', 6);
      tracebeam.setUser('Ann');
      tracebeam.setView(5);
      tracebeam.setView('');
      tracebeam.sendEvent({});
      tracebeam.sendEvent({ name: 'x', event_type: 'action' });
      tracebeam.sendEvent({ name: 'fixed', duration: 'long', success: true, url: '/api/fixed' });
      tracebeam.getTraceContext('http://');
      tracebeam.sendException(new Error('x'));
    }
    tracebeam.flush();
  });
  assert.equal((await event('fixed')).bundle.app.id, pid);
  assert.deepEqual(
    warnings.map((text) => text.replace('[tracebeam] ', '').split(/ (?:must|stays|does|reports)/)[0]).sort(),
    ['env', 'getTraceContext: url', 'sendEvent: duration', 'sendEvent: event_type', 'sendEvent: name', 'sendEvent: success', 'sendException', 'setConfig: endpoint', 'setConfig: exporter', 'setConfig: pid', 'setView: name', 'tracing.sample', 'user', 'version']
  );
});

test('hostile arguments: nothing throws, and the agent goes on', async (t) => {
  const { page, pid, warnings, event } = await open(t, 'tracing: true');
  const thrown = await page.evaluate(() => {
    const evil = new Proxy({}, { get() { throw new Error('get'); }, ownKeys() { throw new Error('keys'); }, has() { throw 1; } });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const loop = {};
    loop.loop = loop;
    const values = [undefined, null, 0, '', 'x', Symbol('x'), 1n, [], {}, loop, evil, proxy, () => {}, new Date(NaN), { get name() { throw 1; } }, { toString() { throw 2; } }, Object.create(null), 'x'.repeat(1e6), { name: 'x'.repeat(1e6) }, '\ud800', 'a\0b'];
    const thrown = [];
    // Those that end it last.
    const names = Object.keys(tracebeam).filter((name) => !['version', 'stop', 'init'].includes(name));
    for (const name of [...names, 'stop', 'init']) {
      for (const value of values) {
        try {
          tracebeam[name](value, value);
        } catch (error) {
          thrown.push(`${name}: ${error}`);
        }
      }
    }
    return thrown;
  });
  assert.deepEqual(thrown, []);
  await page.evaluate((pid) => tracebeam.init({ pid, endpoint: '/rum', tracing: true }), pid);
  await request(page, '/api/goes-on');
  await flush(page);
  assert.equal((await event('/api/goes-on')).trace_context_hint, 'set');
  assert.ok(warnings.length < 40, `${warnings.length} warnings`);
});

test('setUser goes with what follows, and its id is the agent\'s own', async (t) => {
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
  assert.deepEqual(users.map((user) => [user.name, user.tags]), [[undefined, undefined], ['Ann', 'beta'], ['Bob', undefined]]);
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
  assert.deepEqual(views.map((view) => view.name), ['Checkout', 'Payment', '/elsewhere']);
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
  const { page, event, bundles } = await open(t, `tracing: { propagatorTypes: ['tracecontext', 'b3'], allowedUrls: [{ match: /\\/v1\\//, propagatorTypes: 'jaeger' }, { match: /\\/no\\//, propagatorTypes: [] }] }, filters: { resource: ['/filtered'] }`);
  const found = await page.evaluate(async (origin) => {
    const ask = (url) => tracebeam.getTraceContext(url);
    const own = ask('/api/by-hand');
    const socket = ask(location.origin.replace('http', 'ws') + '/socket');
    tracebeam.sendEvent({ name: 'socket', type: 'websocket', url: '/socket', traceparent: socket.headers.traceparent });
    await fetch('/api/marker').then((response) => response.text());
    tracebeam.flush();
    return { own, socket, v1: ask(new URL(origin + '/v1/x')), hints: ['/no/x', '/other', '/filtered/x'].map((path, at) => ask(at === 2 ? path : origin + path)), blob: ask('blob:x') };
  }, other.origin);
  const { headers, traceId, spanId } = found.own;
  assert.deepEqual(Object.keys(headers), ['traceparent', 'tracestate', 'b3']);
  assert.equal(headers.traceparent, `00-${traceId}-${spanId}-01`);
  assert.equal(headers.b3, `${traceId}-${spanId}-1`);
  assert.deepEqual([found.own.hint, found.own.sampled], ['set', true]);
  assert.deepEqual(Object.keys(found.v1.headers), ['uber-trace-id']);
  assert.deepEqual(found.hints, [{ hint: 'excluded', headers: null }, { hint: 'no_match', headers: null }, { hint: 'excluded', headers: null }]);
  assert.deepEqual(found.blob, { hint: 'not_http', headers: null });
  const socket = await event('socket');
  assert.deepEqual([socket.trace_id, socket.trace_context_hint, socket.traceparent], [found.socket.traceId, 'external', found.socket.headers.traceparent]);
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

test('without an agent every call is nothing, said once; after stop() as well, and init() brings it back', async (t) => {
  const { page, warnings } = await open(t, null);
  const calls = () =>
    page.evaluate(() => {
      for (let i = 0; i < 2; i++) {
        tracebeam.setConfig('env', 'x');
        tracebeam.setUser({ name: 'x' });
        tracebeam.setView('x');
        tracebeam.sendEvent({ name: 'x' });
        tracebeam.flush();
      }
      return [tracebeam.getTraceContext('/'), tracebeam.getConfig()];
    });
  const nothing = [{ hint: 'not_ready', headers: null }, {}];
  assert.deepEqual(await calls(), nothing);
  const said = ['endpoint must', 'pid must', 'sendEvent: no', 'setConfig: no', 'setView: no', 'getTraceContext: no', 'getConfig: no'].sort();
  assert.deepEqual(warnings.map((text) => text.split(' ').slice(1, 3).join(' ')).sort(), said);
  assert.equal(await page.evaluate(() => tracebeam.init({ pid: 'again', endpoint: '/rum', tracing: true }).getTraceContext('/').hint), 'set');
  await page.evaluate(() => tracebeam.stop());
  assert.deepEqual(await calls(), nothing);
  assert.equal(warnings.length, said.length, 'nothing new');
});

test('ten thousand changes of the configuration leave the module\'s memory as it is', { timeout: 120_000 }, async (t) => {
  const before = `<script>
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (...args) {
      const instance = new Instance(...args);
      window.engineMemory = instance.exports.memory;
      return instance;
    };
  </script>`;
  const { page } = await open(t, "tracing: { allowedUrls: ['https://a.example/v1', /b/, () => false] }", { before });
  const pages = await page.evaluate(() => {
    const pages = [];
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 1000; i++) tracebeam.setUser({ name: 'x'.repeat(i % 1000) });
      pages.push(engineMemory.buffer.byteLength / 65_536);
    }
    return pages;
  });
  assert.equal(pages.at(-1), pages[0], pages.join());
});
