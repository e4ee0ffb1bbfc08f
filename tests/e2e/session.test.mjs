// Sessions, users, and views: one session for all tabs, a view for every route, and storage that may fail.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, sentWith } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage();

const bundlesOf = (pid) => site.bundles.filter((bundle) => bundle.app.id === pid);

// Makes one request in `page`, and returns its bundle.
async function request(page, pid, path = `/api/${Math.random()}`) {
  await page.evaluate(async (path) => {
    await (await fetch(path)).text();
    window.tracebeam.flush();
  }, path);
  return eventually(() => {
    const bundle = bundlesOf(pid).find((bundle) => bundle.events.some((event) => event.url.endsWith(path)));
    const event = bundle && bundle.events.find((event) => event.url.endsWith(path));
    // An event without a view has the bundle's.
    return bundle && { ...bundle, view: event.view ?? bundle.view };
  }, `the event of ${path}`);
}

const open = async (context, pid, options = {}) => {
  const page = await context.newPage();
  await page.goto(site.page(`/${pid}`, { config: { pid, endpoint: '/rum', tracing: true, ...options.config }, ...options.page }));
  return page;
};

test('two tabs and a reload are one session of one user, another application is another', async () => {
  const context = await browser.newContext();
  const [one, two, app] = [await open(context, 'shared'), await open(context, 'shared'), await open(context, 'foreign')];
  const [a, b, c] = [await request(one, 'shared'), await request(two, 'shared'), await request(app, 'foreign')];
  assert.equal(a.session.id, b.session.id);
  assert.equal(a.user.id, b.user.id);
  assert.match(a.user.id, /^uid_[0-9a-z]{16}$/);
  assert.notEqual(a.view.id, b.view.id);
  assert.notEqual(a.session.id, c.session.id);
  await one.reload();
  const again = await request(one, 'shared');
  assert.equal(again.session.id, a.session.id);
  assert.notEqual(again.view.id, a.view.id);
  // The headers name the same session.
  assert.ok(
    again.events
      .map(sentWith)
      .find((headers) => headers.tracestate)
      .tracestate.endsWith(`&${a.session.id}`)
  );
  await context.close();
});

test('a session that was silent too long is over; the next request is a new one, in all tabs', async () => {
  const context = await browser.newContext();
  const [one, two] = [await open(context, 'silent'), await open(context, 'silent')];
  const before = await request(one, 'silent');
  const key = 'tracebeam_session_silent';
  // Each tab has a copy of the storage and sees what another tab wrote a little later.
  const learns = (tab, what) =>
    eventually(async () => what((await tab.evaluate((key) => localStorage.getItem(key), key)) ?? ''), 'the other tab to learn of it');
  const age = async (hours) => {
    const aged = await one.evaluate(
      ([key, ms]) => {
        const [id, sampled] = localStorage.getItem(key).split('-');
        const text = [id, sampled, Date.now() - ms, Date.now() - ms].join('-');
        localStorage.setItem(key, text);
        return text;
      },
      [key, hours * 3600e3]
    );
    // The tab may have begun a new session already.
    await learns(two, (text) => text === aged || !text.startsWith(before.session.id));
    // The agent reads the stored session at most once a second.
    await two.waitForTimeout(1100);
  };
  await age(0.25);
  assert.equal((await request(two, 'silent')).session.id, before.session.id, 'a quarter of an hour is no end');
  await age(0.75);
  const after = await request(two, 'silent');
  assert.notEqual(after.session.id, before.session.id);
  await learns(one, (text) => text.startsWith(after.session.id));
  assert.equal((await request(one, 'silent')).session.id, after.session.id);
  await context.close();
});

// The session in storage: its id and its last activity.
const kept = (page, pid) =>
  page.evaluate((key) => {
    const [id, , , last] = (localStorage.getItem(key) ?? '').split('-');
    return { id, last: +last };
  }, `tracebeam_session_${pid}`);
// Sets the session's last activity to `minutes` ago. The agent reads the stored session at most once a second.
const rest = async (page, pid, minutes) => {
  await page.evaluate(
    ([key, ms]) => {
      const [id, sampled, start] = localStorage.getItem(key).split('-');
      localStorage.setItem(key, [id, sampled, +start - ms, Date.now() - ms].join('-'));
    },
    [`tracebeam_session_${pid}`, minutes * 60e3]
  );
  await page.waitForTimeout(1100);
  return kept(page, pid);
};

test('N5: what the user does lengthens a session, not what scripts do, and not what a hidden page polls', async () => {
  const context = await browser.newContext();
  const page = await open(context, 'active');
  // A page that has not needed the engine has no session yet.
  await page.evaluate(() => tracebeam.flush());
  const before = await rest(page, 'active', 20);
  await page.evaluate(() => document.body.click());
  assert.deepEqual(await kept(page, 'active'), before, 'a scripted click is no activity');
  await page.mouse.click(5, 5);
  await eventually(async () => (await kept(page, 'active')).last > before.last, 'the click in the session');
  assert.equal((await kept(page, 'active')).id, before.id);

  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }));
  const rested = await rest(page, 'active', 20);
  await page.evaluate(() => fetch('/api/polled').then((response) => response.text()));
  assert.deepEqual(await kept(page, 'active'), rested, 'what is polled in the background is no activity');
  // But a request after the session's end begins a new one.
  await page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 3600e3;
    return fetch('/api/polled-later').then((response) => response.text());
  });
  assert.notEqual((await kept(page, 'active')).id, before.id);
  const [first, later] = ['/api/polled', '/api/polled-later'].map((path) => site.to(path)[0].headers.tracestate);
  assert.ok(first.endsWith(`&${before.id}`) && !later.endsWith(`&${before.id}`), `${first} ${later}`);
  await page.evaluate(() => delete document.visibilityState);
  await context.close();
});

test('a user who clears the storage is a new session', async () => {
  const context = await browser.newContext();
  const page = await open(context, 'cleared');
  const before = await request(page, 'cleared');
  await page.evaluate(() => localStorage.clear());
  // The agent reads the stored session at most once a second.
  await page.waitForTimeout(1100);
  assert.notEqual((await request(page, 'cleared')).session.id, before.session.id);
  await context.close();
});

test('where only localStorage is blocked, a cookie keeps the session', async () => {
  const context = await browser.newContext();
  const before = `<script>Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });</script>`;
  const page = await open(context, 'fallback', { page: { before } });
  const first = await request(page, 'fallback');
  await page.reload();
  const second = await request(page, 'fallback');
  assert.deepEqual([second.session.id, second.user.id], [first.session.id, first.user.id]);
  await context.close();
});

test('without the Navigation API the next request finds the route', async () => {
  const context = await browser.newContext();
  const before = `<script>Object.defineProperty(window, 'navigation', { value: undefined });</script>`;
  const page = await open(context, 'routes', { page: { before } });
  const { view } = await request(page, 'routes');
  await page.evaluate(() => history.pushState({}, '', '/routed'));
  const routed = (await request(page, 'routes')).view;
  assert.deepEqual([view.name, routed.name], ['/routes', '/routed']);
  assert.notEqual(view.id, routed.id);
  await context.close();
});

test('a session that is not sampled sends nothing and adds no header', async () => {
  const context = await browser.newContext();
  const page = await open(context, 'unsampled', { config: { sessionConfig: { sampleRate: 0 } } });
  await page.evaluate(async () => {
    await (await fetch('/api/unsampled')).text();
    window.tracebeam.flush();
    await (await fetch('/api/unsampled-end')).text();
  });
  await page.goto('about:blank');
  await eventually(() => site.to('/api/unsampled-end').length);
  assert.equal(site.to('/api/unsampled')[0].headers.traceparent, undefined);
  assert.deepEqual(bundlesOf('unsampled'), []);
  await context.close();
});

test('storage that refuses, is full or is a cookie', async () => {
  for (const [pid, breakIt] of [
    [
      'refused',
      `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } }); Object.defineProperty(Document.prototype, 'cookie', { get() { return ''; }, set() {} });`,
    ],
    [
      'full',
      `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; Object.defineProperty(Document.prototype, 'cookie', { get() { return ''; }, set() {} });`,
    ],
  ]) {
    const context = await browser.newContext();
    const errors = [];
    const page = await open(context, pid, { page: { before: `<script>${breakIt}</script>` } });
    page.on('pageerror', (error) => errors.push(error));
    const [a, b] = [await request(page, pid), await request(page, pid)];
    assert.equal(a.session.id, b.session.id, `${pid}: one session for the page's life`);
    assert.deepEqual(errors, []);
    await context.close();
  }
  const context = await browser.newContext();
  const page = await open(context, 'cookie', { config: { sessionConfig: { storage: 'cookie' } } });
  const bundle = await request(page, 'cookie');
  const cookies = await context.cookies();
  assert.ok(cookies.find((cookie) => cookie.name === 'tracebeam_session_cookie').value.startsWith(bundle.session.id));
  // A batch may be in localStorage, but neither the session nor the user.
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => /_(session|user)_/.test(key))), []);
  await context.close();
});

test('a view for every route, named by its path, its hash route, or the application', async () => {
  const context = await browser.newContext();
  const page = await open(context, 'views');
  const names = async (script) => {
    await page.evaluate(script);
    return (await request(page, 'views')).view;
  };
  const first = (await request(page, 'views')).view;
  assert.equal(first.name, '/views');
  const pushed = await names(() => history.pushState({}, '', '/orders'));
  assert.equal(pushed.name, '/orders');
  assert.notEqual(pushed.id, first.id);
  assert.equal((await names(() => history.replaceState({}, '', '/orders?page=2'))).id, pushed.id, 'another query is no other view');
  assert.equal((await names(() => void (location.hash = '#/cart?x=1'))).name, '/orders#/cart');
  assert.equal((await names(() => void (location.hash = '#access_token=secret'))).name, '/orders');
  assert.equal((await page.evaluate(() => history.pushState.toString())).includes('native code'), true, 'nothing is patched for it');
  await context.close();

  const other = await browser.newContext();
  const named = await open(other, 'named', {
    config: undefined,
    page: {
      config: `{ pid: 'named', endpoint: '/rum', parseViewName: (url) => { if (url.includes('bad')) throw 1; return 'view of ' + new URL(url).pathname; } }`,
    },
  });
  assert.equal((await request(named, 'named')).view.name, 'view of /named');
  await named.evaluate(() => history.pushState({}, '', '/bad'));
  assert.equal((await request(named, 'named')).view.name, '/bad');
  await other.close();
});

test('an event of an earlier view says so', async () => {
  const context = await browser.newContext();
  const page = await open(context, 'moved');
  await page.evaluate(async () => {
    await (await fetch('/api/before')).text();
    await new Promise((resolve) => setTimeout(resolve, 100));
    history.pushState({}, '', '/elsewhere');
    await (await fetch('/api/after')).text();
    window.tracebeam.flush();
  });
  const events = await eventually(() => {
    const found = bundlesOf('moved').flatMap((bundle) => bundle.events.map((event) => ({ ...event, in: event.view ?? bundle.view })));
    return found.filter((event) => event.type === 'fetch').length === 2 && found;
  });
  const view = (path) => events.find((event) => event.name === path).in.name;
  assert.deepEqual([view('/api/before'), view('/api/after')], ['/moved', '/elsewhere']);
  await context.close();
});

for (const storage of ['localStorage', 'cookie']) {
  test(`N7: consent withdrawn: no header, nothing sent, nothing kept (${storage})`, async () => {
    const context = await browser.newContext();
    const pid = `consent-${storage}`;
    const page = await open(context, pid, { config: { sessionConfig: { storage }, reportConfig: { flushTime: 10_000 } } });
    await page.evaluate(() => fetch('/api/before').then((response) => response.text()));
    const kept = () =>
      page.evaluate(() => [...Object.keys(localStorage), ...document.cookie.split('; ')].filter((key) => key.startsWith('tracebeam')));
    await eventually(async () => (await kept()).some((key) => key.startsWith('tracebeam:')), 'a batch that waits');
    assert.equal((await kept()).filter((key) => /_(session|user)_/.test(key)).length, 2);
    await page.evaluate(() => window.tracebeam.stop({ forget: true }));
    assert.deepEqual(await kept(), []);
    await page.evaluate((path) => fetch(path).then((response) => response.text()), `/api/after-${storage}`);
    const [after] = site.to(`/api/after-${storage}`);
    assert.equal(after.headers.traceparent, undefined);
    // Neither leaving the page nor the next page sends any of it.
    await page.goto(site.page('/elsewhere', { config: null }));
    assert.deepEqual(await kept(), []);
    assert.deepEqual(bundlesOf(pid), []);
    await context.close();
  });
}
