// The receivers' own libraries continue the traces of requests from a real page: the same trace id, our span as parent, the
// same sampling decision, and readable baggage.

import assert from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';
import { VENV, install } from './lib/venv.mjs';

const AWKWARD = 'shop 商品+é,;"%=&';

const { browser, site } = await openStage();
const children = [];
after(() => children.forEach((child) => child.kill()));

async function receiver(name, ...args) {
  const path = fileURLToPath(new URL(`receivers/${name}.mjs`, import.meta.url));
  const child = fork(path, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  const [{ port }] = await once(child, 'message');
  return `http://127.0.0.1:${port}`;
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// A receiver in Python, with packages at the versions of requirements.txt.
async function pythonReceiver(library) {
  await install('--requirement', here('receivers/requirements.txt'));
  const child = spawn(`${VENV}/bin/python`, [here('receivers/python.py'), library], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [port] = await once(child.stdout, 'data');
  return `http://127.0.0.1:${Number(port)}`;
}

let pages = 0;

// Makes one request to `url` from a new page. Returns the receiver's answer and the agent's event.
async function request(url, protocol, tracing = {}, more = {}) {
  const page = await browser.newPage();
  const name = `/receivers/商品/${++pages}`;
  const settings = { pid: AWKWARD, endpoint: '/rum', tracing: { allowedUrls: [url], propagatorTypes: protocol, ...tracing }, ...more };
  site.page(encodeURI(name), { config: settings });
  await page.goto(site.origin + encodeURI(name));
  const target = `${url}/x${pages}`;
  const answer = await page.evaluate(async (target) => (await fetch(target)).json(), target);
  await page.evaluate(() => window.tracebeam.flush());
  const event = await eventually(() => site.events().find((event) => event.url === target), 'the event');
  await page.close();
  return { answer, event, data: JSON.parse(event.trace_data), settings };
}

function sameContext({ answer, event, data }, sampled) {
  assert.equal(event.trace_context_hint, 'set');
  assert.deepEqual(
    { trace: answer.trace, parent: answer.parent, sampled: answer.sampled },
    { trace: event.trace_id, parent: data.spanId, sampled },
    JSON.stringify({ answer, headers: data.headers })
  );
}

for (const protocol of ['tracecontext', 'b3', 'b3multi', 'jaeger']) {
  test(`OpenTelemetry continues ${protocol}`, async () => {
    const url = await receiver('opentelemetry', protocol);
    const found = await request(url, protocol, { baggage: true });
    sameContext(found, true);
    const { answer, data } = found;
    assert.deepEqual([answer.baggage.rum, answer.baggage.appType, answer.baggage.pid], ['v2', 'browser', AWKWARD]);
    assert.match(answer.baggage.sid, /^[0-9a-f]{32}$/);
    if (protocol === 'tracecontext') assert.equal(`rum=${answer.state}`, data.headers.tracestate);
    sameContext(await request(url, protocol, { sample: 0 }), false);
  });
}

test('Zipkin continues b3multi', async () => {
  const url = await receiver('zipkin');
  sameContext(await request(url, 'b3multi'), true);
  sameContext(await request(url, 'b3multi', { sample: 0 }), false);
});

test('OpenTelemetry in Python continues tracecontext', async () => {
  const url = await pythonReceiver('opentelemetry');
  const found = await request(url, 'tracecontext');
  sameContext(found, true);
  assert.equal(`rum=${found.answer.state}`, found.data.headers.tracestate);
  sameContext(await request(url, 'tracecontext', { sample: 0 }), false);
});

test('py_zipkin continues b3 and b3multi', async () => {
  const url = await pythonReceiver('zipkin');
  for (const protocol of ['b3', 'b3multi']) {
    sameContext(await request(url, protocol), true);
    sameContext(await request(url, protocol, { sample: 0 }), false);
  }
});

test("Jaeger's client continues uber-trace-id", async () => {
  const url = await receiver('jaeger');
  sameContext(await request(url, 'jaeger'), true);
  sameContext(await request(url, 'jaeger', { sample: 0 }), false);
});

test("SkyWalking's agent continues sw8, names in any alphabet", async () => {
  const url = await receiver('skywalking');
  const found = await request(url, ['sw8', 'tracecontext'], {}, { version: '2.0', app: { name: '商城' } });
  sameContext(found, true);
  const { answer, data } = found;
  assert.deepEqual(Object.keys(data.headers), ['sw8'], 'alone');
  assert.equal(answer.segmentTrace, answer.trace);
  assert.deepEqual([answer.service, answer.instance, answer.span], ['商城', '2.0', 0]);
  assert.match(decodeURI(answer.endpoint), /^\/receivers\/商品\/\d+$/);
  assert.equal(`http://${answer.address}`, url);
});

test('all protocols at once are one context to a receiver of each', async () => {
  for (const protocol of ['tracecontext', 'b3', 'jaeger']) {
    const url = await receiver('opentelemetry', protocol);
    sameContext(await request(url, ['tracecontext', 'b3', 'b3multi', 'jaeger']), true);
  }
});
