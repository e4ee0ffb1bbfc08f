// Gateways before a real OpenTelemetry Collector, and behind it a real Jaeger. `cargo xtask collector` builds both and
// runs this.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../e2e/lib/chromium.mjs';
import { collector, counter, demo, gateway, jaeger, port, until } from './lib/programs.mjs';

const TOKEN = 'a-token-of-20-letters';

let directory;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tracebeam-collector-'));
});
after(() => rm(directory, { recursive: true, force: true }));

// A gateway's spool, and beside it its token.
async function spool(name) {
  const path = join(directory, name);
  await writeFile(`${path}.token`, TOKEN);
  return path;
}

// `curl`, as a mini-program or a server: without an origin. Gives whether the bundle was taken.
async function report(url, ids) {
  const events = ids.map((id) => ({
    event_type: 'resource',
    event_id: id,
    timestamp: Date.now(),
    duration: 5,
    type: 'fetch',
    name: '/load',
    url: 'https://shop.example/load',
    status_code: 200,
    success: 1,
    traceparent: `00-${id}${id}-${id}-01`,
  }));
  const body = JSON.stringify({ app: { id: 'shop', type: 'browser' }, session: { id: 's' }, events });
  const answer = await fetch(`${url}/rum`, { method: 'POST', body });
  return answer.status === 204;
}

const id = (number) => (number + 1).toString(16).padStart(16, '0');

// Sends bundles until `enough` of them were taken; what is refused is sent again, as agents do.
async function load(url, first, bundles) {
  for (let bundle = 0; bundle < bundles; bundle += 1) {
    const ids = Array.from({ length: 5 }, (_, place) => id(first + bundle * 5 + place));
    await until('a bundle is taken', () => report(url, ids));
  }
}

test('a page and its services are one trace in Jaeger', async () => {
  const backend = await jaeger();
  const [http, grpc] = [await port(), await port()];
  const middle = await collector(http, grpc, backend.otlp);
  const front = await gateway(await spool('whole'), `grpc://127.0.0.1:${grpc}`);
  const site = await demo(front.url, TOKEN);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(site.page);
    await page.waitForFunction(() => window.tracebeam);
    const traceparent = await page.evaluate(async () => {
      const response = await fetch('/api/orders/7');
      await response.text();
      return response.url;
    });
    assert.ok(traceparent);
    let found;
    await until('Jaeger has a trace of the page and both services', async () => {
      const known = await (await fetch(`${backend.query}/api/services`)).json();
      const service = known.data?.find((name) => /browser|demo|tracebeam|shop/.test(name) && name !== 'shop' && name !== 'inventory');
      if (!service) return false;
      const { data } = await (await fetch(`${backend.query}/api/traces?service=${encodeURIComponent(service)}&limit=50`)).json();
      found = data.find(({ processes }) => new Set(Object.values(processes).map(({ serviceName }) => serviceName)).size >= 3);
      return Boolean(found);
    });
    const ids = new Set(found.spans.map(({ spanID }) => spanID));
    const roots = found.spans.filter(({ references }) => !references.some(({ spanID }) => ids.has(spanID)));
    assert.equal(roots.length, 1, 'one root, and every other span below it');
    assert.equal(ids.size, found.spans.length, 'no span twice');
    assert.ok(!found.warnings?.length, JSON.stringify(found.warnings));
    console.log(
      'one trace in Jaeger:',
      Object.values(found.processes)
        .map(({ serviceName }) => serviceName)
        .join(', '),
      found.spans.length,
      'spans'
    );
  } finally {
    await browser.close();
    await site.end();
    await front.end();
    await middle.end();
    await backend.end();
  }
});

test('a Collector that is killed and restarted under load loses nothing', async () => {
  const backend = await counter();
  const [http, grpc] = [await port(), await port()];
  const start = () => collector(http, grpc, backend.url, 'json');
  let middle = await start();
  const front = await gateway(await spool('killed'), `grpc://127.0.0.1:${grpc}`);
  const BUNDLES = 400;
  let done = false;
  const sending = load(front.url, 0, BUNDLES).then(() => (done = true));
  let kills = 0;
  while (!done && kills < 5) {
    const before = backend.seen.size;
    await until('spans arrive', async () => done || backend.seen.size > before + 50);
    await middle.end('SIGKILL');
    kills += 1;
    middle = await start();
  }
  await sending;
  await until('everything has arrived', async () => backend.seen.size === BUNDLES * 5);
  const twice = [...backend.seen.values()].filter((count) => count > 1).length;
  console.log(`${kills} kills, ${backend.seen.size} spans, ${twice} of them twice`);
  assert.ok(kills > 0);
  // The Collector passes a batch on before it answers for it. Killed in between, it gets that batch again.
  const largest = 512 * 5;
  assert.ok(twice <= kills * largest);
  await front.end();
  await middle.end();
  backend.close();
});

test('a Collector that is down for a while costs nothing, and everything arrives once', async () => {
  const backend = await counter();
  const [http, grpc] = [await port(), await port()];
  const path = await spool('down');
  let front = await gateway(path, `http://127.0.0.1:${http}`);
  await load(front.url, 0, 100);
  // The gateway is killed too: what it has answered for is on the disk.
  await front.end('SIGKILL');
  front = await gateway(path, `http://127.0.0.1:${http}`);
  await load(front.url, 500, 100);
  const middle = await collector(http, grpc, backend.url, 'json');
  await until('everything has arrived', async () => backend.seen.size === 1000);
  await front.end();
  assert.deepEqual([...new Set(backend.seen.values())], [1], 'each span once');
  await middle.end();
  backend.close();
});

test('two gateways stand before one Collector', async () => {
  const backend = await counter();
  const [http, grpc] = [await port(), await port()];
  const middle = await collector(http, grpc, backend.url, 'json');
  const fronts = [
    await gateway(await spool('one'), `grpc://127.0.0.1:${grpc}`),
    await gateway(await spool('two'), `http://127.0.0.1:${http}`),
  ];
  await Promise.all(fronts.map(({ url }, place) => load(url, place * 1000, 100)));
  await until('everything has arrived', async () => backend.seen.size === 1000);
  for (const front of fronts) await front.end();
  assert.deepEqual([...new Set(backend.seen.values())], [1], 'each span once');
  await middle.end();
  backend.close();
});
