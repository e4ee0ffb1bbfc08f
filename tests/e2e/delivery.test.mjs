// Nothing is lost: each test makes sixty requests, causes a fault, and expects every event at the endpoint. `lib/scene.mjs`
// sets up the page and the endpoint.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { PATIENCE, burst, closeTab, crash, openScene, records, timeSends } from './lib/scene.mjs';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage();
site.page('/elsewhere', { config: null });

const scene = (t, options) => openScene(t, { browser, site, ...options });

// The tests mostly wait, so they run at the same time.
suite('delivery', { concurrency: 5 }, () => {
  test('all is well: every event once, and nothing stays in storage', async (t) => {
    const { endpoint, open, request, arrived, errors } = await scene(t);
    const page = await open();
    await request(page);
    await arrived();
    await eventually(async () => (await records(page)).length === 0, 'an empty storage');
    assert.equal(endpoint.repeated(), 0);
    assert.deepEqual(errors, []);
  });

  for (const fault of ['429', '429-date', '500', '503', '504', 'cut', 'cut after it stored', 'silent after it stored', 'hang', 'late']) {
    test(`the endpoint's answer: ${fault}`, { timeout: 60_000 }, async (t) => {
      const { endpoint, context, open, request, arrived, errors } = await scene(t);
      await context.addInitScript(timeSends, endpoint.url);
      // Set before the page opens, because its document is an event too.
      endpoint.mode = fault;
      const page = await open();
      await request(page);
      await eventually(() => endpoint.attempts.length >= 1, 'an attempt');
      endpoint.mode = 'ok';
      await arrived();
      const { orders, early } = await page.evaluate(() => window.sends);
      assert.equal(orders > 0, fault.startsWith('429'));
      assert.deepEqual(early, [], 'Retry-After was honoured');
      if (!/stored|late/.test(fault)) assert.equal(endpoint.repeated(), 0);
      await eventually(async () => (await records(page)).length === 0, 'an empty storage', PATIENCE);
      assert.ok(errors.length <= 1, `at most one debug line: ${errors}`);
    });
  }

  test('the endpoint refuses connections for a while', async (t) => {
    const { endpoint, open, request, arrived, errors } = await scene(t);
    const page = await open();
    await endpoint.down();
    await request(page);
    await eventually(() => errors.length === 1, 'the debug line');
    await endpoint.up();
    await arrived();
    assert.equal(endpoint.repeated(), 0);
  });

  test('navigation: what was requested just before is there, also what was not answered yet', { timeout: 60_000 }, async (t) => {
    const { endpoint, open, request, arrived } = await scene(t);
    const page = await open();
    await request(page);
    // The navigation begins after `evaluate` has its answer: one that the navigation cuts off has hung the closing of the page.
    await page.evaluate(() => {
      fetch('/api/n?i=60');
      setTimeout(() => (location.href = '/elsewhere'));
    });
    await arrived(61, 5000);
    const last = endpoint.events.find((event) => event.url.endsWith('i=60'));
    assert.ok(['abort', 'ok'].includes(last.outcome));
  });

  test('navigation while all is well repeats nothing on the next page', async (t) => {
    const { endpoint, open, request, arrived, url } = await scene(t, { report: { flushTime: 4000 } });
    const page = await open();
    await request(page);
    await eventually(async () => endpoint.numbers().size === 60 && (await records(page)).length === 0, 'the answers');
    await request(page, 60, 5);
    await page.goto(`${url}?again`);
    await request(page, 65, 5);
    await arrived(70);
    await eventually(async () => (await records(page)).length === 0, 'an empty storage');
    assert.equal(endpoint.repeated(), 0);
  });

  for (const mode of ['refuse', 'hang', '503']) {
    test(`reload while the endpoint is down (${mode}), and again`, { timeout: 60_000 }, async (t) => {
      const { endpoint, open, request, arrived } = await scene(t);
      const page = await open();
      if (mode === 'refuse') await endpoint.down();
      else endpoint.mode = mode;
      await request(page);
      await page.reload();
      await request(page, 60, 10);
      await page.reload();
      if (mode === 'refuse') await endpoint.up();
      else endpoint.mode = 'ok';
      await arrived(70);
    });

    test(`tab closed and opened again while the endpoint is down (${mode})`, { timeout: 60_000 }, async (t) => {
      const { endpoint, open, request, arrived } = await scene(t);
      if (mode === 'refuse') await endpoint.down();
      else endpoint.mode = mode;
      const first = await open();
      await request(first);
      await closeTab(first);
      const second = await open();
      await eventually(async () => (await records(second)).length > 0, 'records of the first tab');
      if (mode === 'refuse') await endpoint.up();
      else endpoint.mode = 'ok';
      await arrived();
    });
  }

  test('offline, and online again', async (t) => {
    const { endpoint, context, open, request, arrived } = await scene(t);
    const page = await open();
    await request(page, 0, 30);
    await context.setOffline(true);
    // These requests fail and are reported all the same.
    await page.evaluate(() => Promise.all(Array.from({ length: 30 }, (_, i) => fetch(`/api/n?i=${30 + i}`).catch(() => {}))));
    await context.setOffline(false);
    await arrived();
    assert.equal(endpoint.repeated(), 0);
  });

  test('offline, and the page is opened anew', async (t) => {
    const { context, open, arrived, endpoint } = await scene(t);
    const page = await open();
    await endpoint.down();
    await context.setOffline(true);
    await page.evaluate(() => Promise.all(Array.from({ length: 60 }, (_, i) => fetch(`/api/n?i=${i}`).catch(() => {}))));
    await closeTab(page);
    await context.setOffline(false);
    await endpoint.up();
    await open();
    await arrived();
  });

  test("two tabs: one dies, the other takes over once, and neither touches the other's while both live", async (t) => {
    const { endpoint, open, request, arrived, safe } = await scene(t);
    await endpoint.down();
    const [first, second] = [await open(), await open()];
    await Promise.all([request(first), request(second, 60)]);
    await safe(first);
    // A crash, not a close: the beacon of a closing tab might reach the endpoint when it comes up.
    await crash(first);
    // A send that the crashed page had just begun belongs to the browser's network process and may outlive the page.
    await second.waitForTimeout(500);
    await endpoint.up();
    const third = await open();
    await arrived(120);
    assert.equal(endpoint.repeated(), 0);
    await eventually(async () => (await records(third)).length === 0, 'an empty storage');
  });

  for (const wait of [0, 1000]) {
    test(`renderer crash ${wait} ms after the last event`, async (t) => {
      const { endpoint, open, request, arrived, safe } = await scene(t, { report: { flushTime: 10_000, maxEventCount: 100 } });
      const page = await open();
      await request(page);
      await safe(page);
      if (wait) await page.waitForTimeout(wait);
      await crash(page);
      await open();
      await arrived();
      assert.equal(endpoint.repeated(), 0);
    });
  }

  test('bfcache: the page that comes back goes on as a new view', async (t) => {
    const own = await launch({ args: ['--enable-features=BackForwardCache'], ignoreDefaultArgs: ['--disable-back-forward-cache'] });
    t.after(() => own.close());
    const { endpoint, url, arrived } = await scene(t);
    const page = await own.newPage();
    await page.goto(url);
    await page.evaluate(() => addEventListener('pageshow', (event) => (window.restored = event.persisted)));
    await page.evaluate(burst, [0, 30]);
    await page.goto(`${site.origin}/elsewhere`);
    await page.goBack({ waitUntil: 'commit' });
    assert.equal(await page.evaluate(() => window.restored), true, 'the page came out of the cache: it may go in with the agent');
    await page.evaluate(burst, [30, 30]);
    await arrived();
    const views = new Set(endpoint.batches.map((batch) => batch.bundle.view.id));
    assert.equal(views.size, 2);
  });

  test('2,000 at full speed', { timeout: 90_000 }, async (t) => {
    const { endpoint, open, request, arrived } = await scene(t);
    const page = await open();
    await request(page, 0, 2000);
    await arrived(2000);
    assert.equal(endpoint.repeated(), 0);
  });

  test('storage blocked: all in-page faults are survived in memory, in silence', async (t) => {
    const { endpoint, context, open, request, arrived, errors } = await scene(t);
    await context.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    });
    endpoint.mode = '503';
    const page = await open();
    await request(page);
    await eventually(() => endpoint.attempts.length > 0, 'an attempt');
    endpoint.mode = 'ok';
    await arrived();
    assert.ok(errors.length <= 1, errors.join());
  });

  test("storage full: memory takes over, and the application's data stay", async (t) => {
    const { endpoint, open, request, arrived, errors } = await scene(t);
    endpoint.mode = '503';
    const page = await open();
    const filled = await page.evaluate(() => {
      let size = 5 << 20;
      let text = '';
      for (; size >= 1; size >>= 1) {
        try {
          localStorage.setItem('app', text + 'x'.repeat(size));
          text += 'x'.repeat(size);
        } catch {}
      }
      return text.length;
    });
    assert.ok(filled > 1 << 20);
    await request(page);
    await eventually(() => endpoint.attempts.length > 0, 'an attempt');
    endpoint.mode = 'ok';
    await arrived();
    assert.equal(await page.evaluate(() => localStorage.getItem('app').length), filled);
    assert.ok(errors.length <= 1, errors.join());
  });
});
