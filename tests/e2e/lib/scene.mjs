// A page with the agent in a browser context of its own, so with a storage of its own, and an endpoint that fails on command.

import assert from 'node:assert/strict';
import { openEndpoint } from './endpoint.mjs';
import { eventually } from './site.mjs';

// Requests of a usual test.
export const REQUESTS = 60;
// Back-off and time-outs of 10 s lie within.
export const PATIENCE = 30_000;

let scenes = 0;

// In the page: `count` requests from number `from` on, all answered.
export const burst = async ([from, count, pad = '']) => {
  let next = 0;
  // Chromium refuses more than about a thousand at once.
  const worker = async () => {
    while (next < count) await fetch(`/api/n?i=${from + next++}${pad}`);
  };
  await Promise.all(Array.from({ length: Math.min(count, 100) }, worker));
};

// In the page, below the agent: how often the endpoint asked for patience, and the milliseconds by which a send
// that left after it had been heard came too early. A batch that was under way then is not early.
export const timeSends = (endpoint) => {
  const { fetch } = window;
  window.sends = { orders: 0, early: [] };
  let until = 0;
  window.fetch = async function (url, ...rest) {
    const ours = url === endpoint;
    const wait = until - Date.now();
    // Clocks are rounded.
    if (ours && wait > 5) window.sends.early.push(wait);
    const response = await fetch.call(this, url, ...rest);
    const order = ours && response.headers.get('retry-after');
    if (order) {
      window.sends.orders++;
      until = Math.max(until, +order ? Date.now() + order * 1000 : Date.parse(order));
    }
    return response;
  };
};

export async function openScene(t, { browser, site, report = {}, ...options } = {}) {
  const endpoint = await openEndpoint(options);
  const context = await browser.newContext();
  const config = { pid: 'lost', endpoint: endpoint.url, tracing: true, reportConfig: { flushTime: 300, ...report } };
  const url = site.page(`/delivery/${++scenes}`, { config });
  const errors = [];
  t.after(async () => {
    await context.close().catch(() => {});
    await endpoint.close();
  });
  const open = async () => {
    const page = await context.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.text().startsWith('[tracebeam]') && errors.push(`${message.type()}: ${message.text()}`));
    await page.goto(url);
    return page;
  };
  // Requests 0 to `count` are events in storage, or at the endpoint already: an event waits for what the
  // browser measured of its request, and a full batch does not wait for others.
  const safe = (page, count = REQUESTS) =>
    eventually(async () => {
      const stored = await page.evaluate(() =>
        Object.entries(localStorage)
          .filter(([key]) => key.startsWith('tracebeam:'))
          .join()
      );
      const numbers = new Set([...stored.matchAll(/\/api\/n\?.*?i=(\d+)/g)].map(([, number]) => number).concat(...endpoint.numbers()));
      return Array.from({ length: count }, (_, i) => String(i)).every((number) => numbers.has(number));
    }, 'events in storage');
  return {
    endpoint,
    context,
    safe,
    url,
    errors,
    open,
    request: (page, from = 0, count = REQUESTS, pad = '') => page.evaluate(burst, [from, count, pad]),
    arrived: async (count = REQUESTS, patience = PATIENCE) => {
      await eventually(
        () => endpoint.numbers().size >= count,
        () => `${count} events, ${endpoint.numbers().size} came`,
        patience
      );
      assert.equal(endpoint.numbers().size, count);
    },
  };
}

// As a user does, and done when the tab is gone.
export const closeTab = (page) => Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })]);

// The tab's process ends at once: no event tells the page, and nothing more leaves it.
export async function crash(page) {
  const session = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  session.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}

export const records = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tracebeam:')));
