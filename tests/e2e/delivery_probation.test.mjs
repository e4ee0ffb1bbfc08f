// What leaves with a page is on probation: it stays in storage until the next page's own send has been answered. `lib/scene.mjs`
// sets up the page and the endpoint.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { closeTab, openScene, records } from './lib/scene.mjs';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage();

// Events wait longer than any test, unless the test fills a batch, or flushes: so the test knows what leaves with the page.
const scene = (t, options) => openScene(t, { browser, site, report: { flushTime: 60_000, maxEventCount: 500 }, ...options });

const flush = (page) => page.evaluate(() => tracebeam.flush());

// The records on probation: a space ends their texts.
const marked = (page) =>
  page.evaluate(() => Object.entries(localStorage).filter(([key, text]) => key.startsWith('tracebeam:') && text.endsWith(' ')));

// Sixty events have been answered, and nothing is stored.
async function answered({ endpoint, request }, page) {
  await request(page);
  await flush(page);
  await eventually(async () => endpoint.numbers().size === 60 && (await records(page)).length === 0, 'the answers');
}

suite('probation', { concurrency: 4 }, () => {
  for (const mode of ['refuse', 'hang', '503']) {
    test(`the endpoint dies (${mode}) unnoticed before the page leaves`, { timeout: 60_000 }, async (t) => {
      const stage = await scene(t);
      const { endpoint, open, request, arrived } = stage;
      const page = await open();
      await answered(stage, page);
      if (mode === 'refuse') await endpoint.down();
      else endpoint.mode = mode;
      const before = endpoint.attempts.length;
      await request(page, 60, 5);
      await closeTab(page);
      const second = await open();
      await request(second, 65, 1);
      await flush(second);
      if (mode === 'refuse') await eventually(() => stage.errors.length > 0, 'the failure of the second page');
      else await eventually(() => endpoint.attempts.length >= before + 2, 'the beacon and an attempt of the second page');
      if (mode === 'refuse') await endpoint.up();
      else endpoint.mode = 'ok';
      await arrived(66);
      assert.equal(endpoint.repeated(), 0);
      await eventually(async () => (await records(second)).length === 0, 'an empty storage');
    });
  }

  test('the network is gone before the page leaves, and back for the next page', async (t) => {
    const stage = await scene(t);
    const { context, endpoint, open, arrived } = stage;
    const page = await open();
    await answered(stage, page);
    await context.setOffline(true);
    await page.evaluate(() => Promise.all(Array.from({ length: 5 }, (_, i) => fetch(`/api/n?i=${60 + i}`).catch(() => {}))));
    await closeTab(page);
    await context.setOffline(false);
    // Its first send is answered well, and what the first page left is sent all the same.
    const second = await open();
    await flush(second);
    await arrived(65);
    assert.equal(endpoint.repeated(), 0);
  });

  for (const exporter of ['rum', 'otlp'])
    test(`all is well (${exporter}): the next page sends no second copy, and empties the storage`, async (t) => {
      const stage = await scene(t, { exporter });
      const { endpoint, open, request } = stage;
      const page = await open();
      await request(page);
      await flush(page);
      const spans = () => endpoint.batches.flatMap(({ text }) => text.match(/\/api\/n\?.*?i=\d+/g) ?? []);
      await eventually(async () => spans().length === 60 && (await records(page)).length === 0, 'the answers');
      await request(page, 60, 5);
      await closeTab(page);
      await eventually(() => spans().length === 65, 'the beacon');
      const second = await open();
      assert.equal((await marked(second)).length, 1, 'the beacon is on probation');
      await request(second, 65, 1);
      // The record moves to the second page before it is decided on.
      await eventually(async () => {
        await flush(second);
        await request(second, 66, 1);
        return (await records(second)).length === 0;
      }, 'an empty storage');
      const first = spans().filter((span) => +/i=(\d+)/.exec(span)[1] < 65);
      assert.equal(first.length, 65, 'no second copy');
    });

  test('stop({ forget: true }) deletes what is on probation', async (t) => {
    const stage = await scene(t);
    const { open, request } = stage;
    const page = await open();
    await answered(stage, page);
    await request(page, 60, 5);
    await closeTab(page);
    const second = await open();
    assert.equal((await marked(second)).length, 1);
    await second.evaluate(() => tracebeam.stop({ forget: true }));
    assert.deepEqual(await records(second), []);
  });

  test('two tabs: the one that stays decides on what the other left', async (t) => {
    const stage = await scene(t);
    const { endpoint, open, request, arrived } = stage;
    const [first, second] = [await open(), await open()];
    await answered(stage, first);
    await endpoint.down();
    await request(first, 60, 5);
    await closeTab(first);
    await second.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await request(second, 65, 1);
    await flush(second);
    await eventually(() => stage.errors.length > 0, 'a failure');
    await endpoint.up();
    await arrived(66);
    assert.equal(endpoint.repeated(), 0);
  });
});
