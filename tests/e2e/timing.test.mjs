// Timings against a server whose delays are all known: the right end and phases for each request, however many requests to one
// URL are under way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, sentWith } from './lib/site.mjs';
import { another, openStage } from './lib/stage.mjs';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// ?head= and ?body=: milliseconds before the headers and before the rest of the body. ?to=: a redirect. ?tao: with
// Timing-Allow-Origin. ?timing=: Server-Timing.
const slow = async (request, response) => {
  const query = new URL(request.url, 'http://x').searchParams;
  const cors = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'cache-control': query.get('cache') ?? 'no-store',
  };
  if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
  const begun = performance.now();
  await wait(Number(query.get('head') ?? 0));
  // The delays as they really were: timers are late on a busy machine.
  const took = (slow.took[request.url.split(/[?&]/)[1]] = { head: performance.now() - begun });
  if (query.has('reset')) return void request.socket.destroy();
  if (query.has('tao')) cors['timing-allow-origin'] = '*';
  if (query.has('timing')) cors['server-timing'] = query.get('timing');
  if (query.has('to')) return void response.writeHead(302, { ...cors, location: query.get('to') }).end();
  response.writeHead(Number(query.get('status') ?? 200), cors);
  response.write('begin');
  await wait(Number(query.get('body') ?? 0));
  took.body = performance.now() - begun - took.head;
  response.end('end');
};
slow.took = {};
// Every answer of a burst has its own delay and its own size; the size tells which request's entry an event got.
const burst = async (request, response) => {
  const n = burst.count++;
  const head = [5, 180, 60, 300, 20, 120, 240, 90, 150, 30][n % 10] + 10 * Math.floor(n / 10);
  const body = [0, 40, 10, 90][n % 4];
  burst.sizes.set(request.headers.traceparent, 1000 + n);
  await wait(head);
  response.writeHead(200, { 'cache-control': 'no-store' });
  response.write('begin');
  await wait(body);
  response.end('e'.repeat(995 + n));
};
burst.count = 0;
burst.sizes = new Map();
const { browser, site } = await openStage({ routes: { '/slow': slow, '/burst': burst } });
site.burst = burst;
const other = await another({ routes: { '/slow': slow } });

let pages = 0;

// Runs `script` in a new page, flushes, and returns the page's events for which `of` is true.
async function events(script, of, { count = 1, arg, pid = `timing${++pages}`, ...options } = {}) {
  const page = await browser.newPage();
  await page.goto(site.page(`/page-${pid}`, { config: { pid, endpoint: '/rum', tracing: true }, ...options }));
  await page.evaluate(script, arg);
  await page.evaluate(() => window.tracebeam.flush());
  const found = await eventually(() => {
    const all = site.bundles
      .filter((bundle) => bundle.app.id === pid)
      .flatMap((bundle) => bundle.events)
      .filter(of);
    return all.length >= count && all;
  }, `${count} events`);
  await page.close();
  return found;
}

// The browser's measurement must be the server's delay, plus the time on the way.
const near = (actual, expected, slack = 250) =>
  assert.ok(actual >= expected - 40 && actual < expected + slack, `${actual} should be ${expected}`);

// The number of events with phases. Fails on an event that has the phases of another request.
const theirOwn = (found) => {
  for (const event of found)
    if (event.size) assert.equal(event.size, site.burst.sizes.get(sentWith(event).traceparent), 'the entry of another request');
  return found.filter((event) => event.size && event.first_byte_duration).length;
};
const path = (name) => (event) => event.url.includes(name);

test('a fetch ends with its body, and its phases add up to what the server did', async () => {
  const [event] = await events(() => fetch('/slow?a&head=300&body=600').then((response) => response.text()), path('/slow?a'));
  const { head, body } = slow.took.a;
  near(event.duration, head + body);
  near(event.first_byte_duration, head);
  near(event.download_duration, body);
  assert.equal(event.incomplete, undefined);
  assert.equal(event.size, 8);
  assert.ok(event.transfer_size > event.size);
  assert.equal(event.protocol, 'http/1.1');
  assert.equal(event.ssl_duration, undefined);
  assert.equal(Object.values(event).includes(0), false, 'nothing that did not happen is reported as zero');
});

test('an XHR ends with its body, a broken answer has an end and no status', async () => {
  const found = await events(
    async () => {
      const xhr = new XMLHttpRequest();
      xhr.open('GET', '/slow?x&head=50&body=150');
      const end = new Promise((resolve) => (xhr.onloadend = resolve));
      xhr.send();
      await end;
      await fetch('/slow?reset&head=80').catch(() => {});
    },
    path('/slow?'),
    { count: 2 }
  );
  const { x, reset } = slow.took;
  near(found[0].duration, x.head + x.body);
  near(found[0].download_duration, x.body);
  assert.deepEqual([found[1].outcome, found[1].status_code, found[1].first_byte_duration], ['network_error', undefined, undefined]);
  // Chromium repeats the request once on a reused connection, which takes longer.
  near(found[1].duration, reset.head, 1000);
});

test('a body that nobody reads is not waited for, and its event says so', async () => {
  const [event] = await events(() => fetch('/slow?unread&head=100&body=50').then(() => {}), path('unread'));
  near(event.duration, slow.took.unread.head);
  assert.equal(event.incomplete, true);
  assert.equal(event.download_duration, undefined);
});

test('a hundred requests at once to one URL, each with its own delays', async () => {
  const found = await events(
    () => Promise.all(Array.from({ length: 100 }, () => fetch('/burst').then((response) => response.text()))),
    path('/burst'),
    { count: 100 }
  );
  assert.equal(found.length, 100);
  assert.ok(theirOwn(found) >= 97, `${theirOwn(found)} of 100 have phases`);
});

test('the same with a main thread that is busy while the answers come', async () => {
  site.burst.count = 0;
  const found = await events(
    async () => {
      const all = Promise.all(Array.from({ length: 30 }, () => fetch('/burst').then((response) => response.text())));
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (const end = performance.now() + 900; performance.now() < end;);
      await all;
    },
    path('/burst'),
    { count: 30 }
  );
  assert.ok(theirOwn(found) >= 20, `${theirOwn(found)} of 30 have phases`);
});

test('redirects, statuses, caches', async () => {
  const found = await events(
    async () => {
      await fetch('/slow?redirected&head=100&to=' + encodeURIComponent('/slow?final&head=50')).then((r) => r.text());
      await fetch('/slow?missing&status=404').then((r) => r.text());
      await fetch('/slow?cached&cache=max-age=60').then((r) => r.text());
      await fetch('/slow?cached&cache=max-age=60').then((r) => r.text());
      const xhr = new XMLHttpRequest();
      xhr.open('GET', '/slow?moved&to=%2Fslow%3Fthere#part');
      await new Promise((resolve) => ((xhr.onloadend = resolve), xhr.send()));
      xhr.open('GET', '/slow?stayed#part');
      await new Promise((resolve) => ((xhr.onloadend = resolve), xhr.send()));
    },
    path('/slow?'),
    { count: 6 }
  );
  const [redirected, missing, first, cached, moved, stayed] = found;
  near(redirected.redirect_duration, slow.took.redirected.head);
  near(redirected.first_byte_duration, slow.took.final.head);
  assert.ok(redirected.url.includes('/slow?redirected'), 'the URL that the page asked for');
  assert.ok(redirected.redirected_url.endsWith('/slow?final&head=50'), 'R6: and the one that answered');
  assert.ok(moved.redirected_url.endsWith('/slow?there'));
  assert.deepEqual([missing.redirected_url, stayed.redirected_url], [undefined, undefined]);
  assert.deepEqual([missing.outcome, missing.status_code, missing.success], ['http_error', 404, 0]);
  assert.equal(first.delivery_type, undefined);
  assert.deepEqual([cached.delivery_type, cached.transfer_size], ['cache', 0]);
});

test('another origin tells its phases only where it allows to', async () => {
  const script = async (origin) => {
    await fetch(`${origin}/slow?closed&head=100&body=100`).then((r) => r.text());
    await fetch(`${origin}/slow?open&head=100&body=100&tao`).then((r) => r.text());
    await fetch(`${origin}/slow?opaque&head=100`, { mode: 'no-cors' }).then((r) => r.text());
  };
  const [closed, open, opaque] = await events(script, path('/slow?'), { count: 3, arg: other.origin });
  near(closed.duration, slow.took.closed.head + slow.took.closed.body);
  const phases = (event) => Object.keys(event).filter((key) => /_duration$|size$|protocol/.test(key));
  assert.deepEqual(phases(closed), []);
  assert.ok(phases(open).includes('first_byte_duration'));
  near(open.download_duration, slow.took.open.body);
  assert.deepEqual([opaque.success, opaque.outcome, opaque.status_code, opaque.trace_context_hint], [-1, undefined, undefined, 'no_cors']);
});

test('aborts and failed CORS are what they are', async () => {
  const script = async (origin) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 60);
    await fetch('/slow?aborted&head=1000', { signal: controller.signal }).catch(() => {});
    await fetch('/slow?late&head=1000', { signal: AbortSignal.timeout(60) }).catch(() => {});
    await fetch(`${origin}/rejected?by=cors`).catch(() => {});
  };
  const [aborted, late, cors] = await events(script, (event) => /aborted|late|rejected/.test(event.url), { count: 3, arg: other.origin });
  assert.deepEqual([aborted.outcome, aborted.success, aborted.reached_server], ['abort', -1, undefined]);
  assert.equal(late.reached_server, 'unknown', 'S7: nobody knows whether its trace goes on');
  assert.deepEqual([late.outcome, late.success], ['timeout', 0]);
  assert.deepEqual([cors.outcome, cors.success], ['network_error', 0]);
  near(aborted.duration, 60, 500);
});

test('Server-Timing names the trace of what carries no header of ours', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const parent = `traceparent;desc="00-${trace}-b7ad6b7169203331-01"`;
  const script = async ([origin, parent]) => {
    await fetch(`${origin}/slow?far&tao&timing=${encodeURIComponent(parent)}`).then((r) => r.text());
    await fetch(`/slow?ours&timing=${encodeURIComponent(parent)}`).then((r) => r.text());
    await fetch(`/slow?other&timing=db;dur=5`).then((r) => r.text());
    await fetch(`/slow?broken&timing=${encodeURIComponent('traceparent;desc="x"')}`).then((r) => r.text());
    await fetch(`/slow?none`).then((r) => r.text());
  };
  const [far, ours, db, broken, none] = await events(script, path('/slow?'), { count: 5, arg: [other.origin, parent] });
  assert.deepEqual([far.server_timing_hint, far.trace_id, far.server_timing_trace_id], ['received', trace, trace]);
  assert.deepEqual([ours.server_timing_hint, ours.server_timing_trace_id], ['mismatch', trace]);
  assert.equal(ours.trace_id, sentWith(ours).traceparent.split('-')[1]);
  assert.deepEqual(
    [db.server_timing_hint, broken.server_timing_hint, none.server_timing_hint],
    ['no_trace_info', 'invalid', 'not_available']
  );
});

test('R11: a request during which the page was frozen says that its duration is not to be trusted', async () => {
  const page = await browser.newPage();
  const pid = `timing${++pages}`;
  await page.goto(site.page('/frozen', { config: { pid, endpoint: '/rum', tracing: true } }));
  // Dispatches the Page Lifecycle's event by hand: a page under automation counts as visible and is never frozen.
  await page.evaluate(() => {
    window.before = fetch('/slow?thawed&head=300').then((response) => response.text());
    document.dispatchEvent(new Event('freeze'));
  });
  await page.evaluate(async () => {
    await window.before;
    await fetch('/slow?awake').then((response) => response.text());
    await window.tracebeam.flush();
  });
  const found = await eventually(() => {
    const all = site.bundles
      .filter((bundle) => bundle.app.id === pid)
      .flatMap((bundle) => bundle.events)
      .filter(path('/slow?'));
    return all.length === 2 && all;
  }, 'both events');
  assert.deepEqual(
    found.map((event) => event.incomplete),
    [true, undefined]
  );
  await page.close();
});

test('1,500 bodies at once that nobody reads: no event waits for one', async () => {
  // Answers that come all at once, without a network.
  const before = `<script>
    const native = fetch;
    window.fetch = (input, init) =>
      String(input).includes('/api/unread') ? Promise.resolve(new Response('body')) : native(input, init);
  </script>`;
  const page = await browser.newPage();
  const config = { pid: 'unread', endpoint: '/rum', tracing: true, reportConfig: { flushTime: 0 } };
  await page.goto(site.page('/unread', { config, before }));
  await page.evaluate(async () => {
    window.kept = await Promise.all(Array.from({ length: 1500 }, (_, i) => fetch(`/api/unread?i=${i}`)));
  });
  const unread = () => new Set(site.events().flatMap(({ url }) => (url?.includes('/api/unread') ? [url] : []))).size;
  await eventually(
    () => unread() === 1500,
    () => `1500 events, ${unread()} came`
  );
  await page.close();
});
