// Every bundle that a page sends is valid by docs/schema, and docs/events.md describes every field of the schema.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const read = (path) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const schema = JSON.parse(read('schema/rum-bundle.schema.json'));

const { browser, site } = await openStage();

test('real bundles are what the schema says', async () => {
  const page = await browser.newPage();
  const config = `{ pid: 'schema', endpoint: '/rum', version: '1.2.3', tracing: { propagatorTypes: ['tracecontext', 'b3'], baggage: true },
    user: { name: 'Ann' }, properties: { plan: 'gold', seats: 3 }, app: { channel: 'web' }, reportConfig: { flushTime: 200 } }`;
  await page.goto(
    site.page('/schema', {
      config,
      before: "<script>fetch('/api/early').then((response) => response.text())</script>",
      head: '<script src="/missing.js"></script>',
      body: '<img src="http://127.0.0.1:1/x.png"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    })
  );
  await page.evaluate(async () => {
    const read = (response) => response.text();
    await fetch('/api/one?token=1').then(read);
    await fetch('/api/two?status=404', { method: 'POST', body: 'x' }).then(read);
    await fetch('/api/three', {
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=1' },
    }).then(read);
    await fetch('http://127.0.0.1:1/').catch(() => {});
    await fetch('data:text/plain,x').then(read);
    const controller = new AbortController();
    const aborted = fetch('/api/four', { signal: controller.signal }).catch(() => {});
    controller.abort();
    await aborted;
    navigator.sendBeacon('/api/five', 'x');
    tracebeam.sendEvent({ name: 'custom', type: 'job', success: 1, duration: 5, message: 'x', properties: { n: 1 } });
    tracebeam.sendEvent({ url: '/api/custom', traceparent: tracebeam.getTraceContext('/').headers.traceparent });
    history.pushState({}, '', '/schema/next');
    await fetch('/api/six').then(() => {});
  });
  await page.goto('about:blank');
  await eventually(() => site.events().some((event) => event.name === '/api/six'));
  await page.close();
  const valid = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, strictTypes: false }).compile(schema);
  for (const bundle of site.bundles) assert.ok(valid(bundle), JSON.stringify({ errors: valid.errors, bundle }, null, 1));
  const seen = new Set(site.events().map((event) => event.type));
  for (const type of ['fetch', 'document', 'script', 'img', 'beacon', 'job', 'custom'])
    assert.ok(seen.has(type), `${type} among ${[...seen]}`);
});

test('the schema refuses what is no bundle', () => {
  const valid = new Ajv({ strict: false }).compile(schema);
  const event = {
    event_type: 'resource',
    event_id: '0'.repeat(16),
    timestamp: 1.79e12,
    times: 1,
    type: 'fetch',
    name: '/',
    url: 'https://a/',
    success: 1,
    duration: 1,
    server_timing_hint: 'received',
  };
  const id = 'a'.repeat(32);
  const bundle = (changes) => ({
    app: { id: 'a', env: 'prod', type: 'browser' },
    user: { id: 'uid_1' },
    session: { id },
    net: {},
    view: { id, name: '/' },
    _v: '1',
    events: [{ ...event, ...changes }],
  });
  assert.ok(valid(bundle({})));
  for (const wrong of [{ dns_duration: 0 }, { url: 'https://a/#token' }, { outcome: 'fine' }, { made_up: 1 }, { success: 2 }]) {
    assert.equal(valid(bundle(wrong)), false, JSON.stringify(wrong));
  }
});

test('every field of the schema is described', () => {
  const text = read('events.md');
  for (const field of Object.keys(schema.$defs.resource.properties))
    assert.ok(text.includes(`\`${field}\``), `${field} is missing in docs/events.md`);
});
