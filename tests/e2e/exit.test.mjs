// Leaving a page: events that were not sent yet are sent as the page goes away, as far as browsers allow it. `lib/scene.mjs`
// sets up the page and the endpoint.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { closeTab, crash, openScene } from './lib/scene.mjs';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage();

const scene = (t, options) => openScene(t, { browser, site, ...options });

// The tests mostly wait, so they run at the same time.
suite('exit', { concurrency: 5 }, () => {
  for (const [how, beacon] of [
    ['a beacon takes it', ''],
    ['the browser refuses beacons', 'Navigator.prototype.sendBeacon = () => false;'],
    ['a beacon throws', 'Navigator.prototype.sendBeacon = () => { throw new TypeError(); };'],
    ['there are no beacons', 'delete Navigator.prototype.sendBeacon;'],
  ]) {
    test(`tab closed: ${how}`, async (t) => {
      // Nothing is sent before the page leaves, everything fits the quota, and no later page sends it.
      const { context, endpoint, open, request, arrived } = await scene(t, { report: { flushTime: 10_000, maxEventCount: 100 } });
      await context.addInitScript(beacon);
      const page = await open();
      await request(page, 0, 30);
      assert.equal(endpoint.attempts.length, 0);
      await closeTab(page);
      await arrived(30);
      assert.equal(endpoint.repeated(), 0);
    });
  }

  test('hidden and killed', async (t) => {
    const { open, request, arrived, endpoint } = await scene(t, { report: { flushTime: 10_000, maxEventCount: 100 } });
    const page = await open();
    await request(page);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await crash(page);
    await arrived(60, 5000);
    assert.equal(endpoint.repeated(), 0);
  });

  test(
    'the exit quota: 300 requests with long URLs, then the tab is closed; the next page brings the rest',
    { timeout: 60_000 },
    async (t) => {
      const { endpoint, open, request, arrived } = await scene(t, { report: { flushTime: 10_000, maxEventCount: 100 } });
      const page = await open();
      // Nothing can arrive before the page leaves.
      endpoint.mode = 'hang';
      await request(page, 0, 300, `&${'u'.repeat(1500)}`);
      endpoint.mode = 'ok';
      await closeTab(page);
      await eventually(() => endpoint.numbers().size > 0, 'what the quota allows');
      assert.ok(endpoint.numbers().size < 300, 'the quota is real');
      await open();
      await arrived(300);
    }
  );

  test('no unload or beforeunload listener', async (t) => {
    const { context, open } = await scene(t);
    await context.addInitScript(() => {
      window.listened = [];
      const { addEventListener } = EventTarget.prototype;
      EventTarget.prototype.addEventListener = function (type, ...rest) {
        window.listened.push(type);
        return addEventListener.call(this, type, ...rest);
      };
    });
    const page = await open();
    const listened = await page.evaluate(() => window.listened);
    assert.ok(listened.includes('pagehide'));
    assert.deepEqual(
      listened.filter((type) => /unload/.test(type)),
      []
    );
  });
});
