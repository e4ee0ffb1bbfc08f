// The whole chain of the demo: a click in a real page becomes one trace from the browser to the second backend service.
// Nothing is simulated.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { openDemo } from './lib/demo.mjs';
import { eventually } from './lib/site.mjs';

let browser;
let demo;

before(async () => {
  demo = await openDemo();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.close();
});

const get = async (path) => (await fetch(demo.gateway + path)).json();
const byService = (spans, service) => spans.filter((span) => span.service === service);

// Clicks a button of the page and returns the request that the browser sent.
async function click(page, action) {
  const sent = page.waitForRequest((request) => request.url().includes('/api/') && Boolean(request.headers().traceparent));
  await page.getByTestId(action).click();
  return (await sent).headers();
}

for (const action of ['fetch', 'xhr', 'cross-origin']) {
  test(`${action}: the ids on the wire, in the event and in the backend's spans are the same`, async () => {
    const page = await browser.newPage();
    await page.goto(demo.page);
    const headers = await click(page, action);
    const [, trace, parent, flags] = headers.traceparent.split('-');
    assert.equal(flags, '01');
    assert.match(headers.tracestate, /^rum=v2&browser&demo&/);

    const event = await eventually(async () => (await get(`/api/events?trace_id=${trace}`)).events[0], 'the event at the gateway');
    assert.equal(event.trace_id, trace);
    assert.equal(event.trace_context_hint, 'set');

    const spans = await eventually(async () => {
      const found = (await get(`/api/traces/${trace}`)).spans ?? [];
      return (
        byService(found, 'rum-browser').length && byService(found, 'shop').length >= 2 && byService(found, 'inventory').length && found
      );
    }, 'browser, shop and inventory in one trace');
    const [browserSpan] = byService(spans, 'rum-browser');
    assert.equal(browserSpan.span_id, parent);
    assert.ok(browserSpan.name.startsWith('browser.request:'));
    assert.equal(browserSpan.parent_span_id ?? null, null);
    const server = byService(spans, 'shop').find((span) => span.parent_span_id === parent);
    assert.ok(server, "the shop's server span is a child of the browser's");
    const client = byService(spans, 'shop').find((span) => span.parent_span_id === server.span_id);
    assert.ok(client, "the shop's call is a child of its server span");
    assert.ok(
      byService(spans, 'inventory').some((span) => span.parent_span_id === client.span_id),
      "the inventory's span is a child of the shop's call"
    );
    assert.ok(spans.every((span) => span.trace_id === undefined || span.trace_id === trace));
    await page.close();
  });
}

test('the page shows the chain as a waterfall of three services', async () => {
  const page = await browser.newPage();
  await page.goto(demo.page);
  await page.getByTestId('fetch').click();
  await page.getByTestId('view-chain').first().click();
  const services = await eventually(async () => {
    const rows = await page.getByTestId('span-row').evaluateAll((rows) => rows.map((row) => row.dataset.service));
    return new Set(rows).size === 3 && rows;
  }, 'three services in the waterfall');
  assert.equal(services[0], 'rum-browser');
  await page.close();
});

test('the page lists what the agent reported, phases as bars', async () => {
  const page = await browser.newPage();
  await page.goto(demo.page);
  await page.getByTestId('slow').click();
  const rows = await eventually(
    async () => {
      const found = await page
        .getByTestId('event-row')
        .evaluateAll((rows) => rows.map((row) => ({ type: row.dataset.type, text: row.textContent })));
      return found.some((row) => row.text.includes('/api/slow')) && found;
    },
    'the slow request in the list',
    20_000
  );
  const types = new Set(rows.map((row) => row.type));
  for (const type of ['document', 'script', 'css', 'fetch']) assert.ok(types.has(type), `${type} is among ${[...types]}`);
  const slow = page.getByTestId('event-row').filter({ hasText: '/api/slow' }).getByTestId('phase');
  const widths = await slow.evaluateAll((bars) =>
    bars.map((bar) => [bar.dataset.phase, bar.querySelector('.phase-bar').getBoundingClientRect().width])
  );
  const of = new Map(widths);
  assert.ok(of.get('first_byte_ms') > 20 * of.get('download_ms'), `the server took the time: ${widths}`);
  await page.close();
});

test('a failing and a slow request are told as such', async () => {
  const page = await browser.newPage();
  await page.goto(demo.page);
  for (const [action, outcome] of [
    ['fail', 'http_error'],
    ['slow', 'ok'],
  ]) {
    const headers = await click(page, action);
    const trace = headers.traceparent.split('-')[1];
    const event = await eventually(async () => (await get(`/api/events?trace_id=${trace}`)).events[0], `the event of ${action}`);
    assert.equal(event.outcome, outcome);
    if (action === 'slow') assert.ok(event.duration_ms > 1000);
  }
  await page.close();
});
