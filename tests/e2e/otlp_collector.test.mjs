// The exporter `otlp` against a real collector, which must accept and understand everything that a page sends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { openCollector } from './lib/collector.mjs';
import { eventually, openSite } from './lib/site.mjs';

test('a collector takes all spans, those of the exit included', { timeout: 120_000 }, async (t) => {
  const collector = await openCollector();
  const browser = await launch();
  const site = await openSite({ routes: { '/v1/traces': collector.route } });
  t.after(() => Promise.all([browser.close(), site.close(), collector.close()]));
  const page = await browser.newPage();
  const config = { pid: 'collector', endpoint: '/v1/traces', tracing: true, exporter: 'otlp', reportConfig: { flushTime: 200 } };
  await page.goto(site.page('/page', { config }));
  await page.evaluate(async () => {
    await fetch('/api/orders/"商品"?q=\\');
    await fetch('/api/fails?status=503');
    await fetch('http://127.0.0.1:1/').catch(() => {});
  });
  await eventually(() => collector.answers.length === 1, 'the first batch');
  await page.evaluate(() => fetch('/api/last'));
  site.page('/elsewhere', { config: null });
  await page.goto(`${site.origin}/elsewhere`);
  await eventually(() => collector.answers.length === 2, 'the batch of the exit');
  assert.deepEqual(collector.answers, [200, 200]);
  const { traceparent } = site.to('/api/last')[0].headers;
  const [, trace, span] = traceparent.split('-');
  await eventually(() => collector.log.includes('/api/last'), "the span in the collector's log");
  for (const text of ['rum-browser', 'browser.request:/api/fails', 'error.type', trace, span, 'rum=v2&browser&collector&']) {
    assert.ok(collector.log.includes(text), `${text} in the log`);
  }
});
