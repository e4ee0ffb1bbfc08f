// Gives each delivery test a page with the agent, a browser context (and so storage) of its own, and an endpoint that fails on
// command.

import assert from 'node:assert/strict';
import { openEndpoint } from './endpoint.mjs';
import { eventually } from './site.mjs';

// The number of requests in most tests.
export const REQUESTS = 60;
// Long enough for back-off and time-outs of 10 s.
export const PATIENCE = 30_000;

let scenes = 0;

// Runs in the page: makes `count` requests, numbered from `from`, and awaits every answer.
export const burst = async ([from, count, pad = '']) => {
  let next = 0;
  // Chromium refuses more than about a thousand requests at once.
  const worker = async () => {
    while (next < count) await fetch(`/api/n?i=${from + next++}${pad}`);
  };
  await Promise.all(Array.from({ length: Math.min(count, 100) }, worker));
};

// Runs in the page, below the agent. Counts the answers with Retry-After, and records by how many milliseconds each later send
// came too early. A send that was already under way when the answer came is not counted as early.
export const timeSends = (endpoint) => {
  const { fetch } = window;
  window.sends = { orders: 0, early: [] };
  let until = 0;
  window.fetch = async function (url, ...rest) {
    const ours = url === endpoint;
    const wait = until - Date.now();
    // Clocks are rounded, so 5 ms are tolerated.
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

export async function openScene(t, { browser, site, report = {}, exporter, ...options } = {}) {
  const endpoint = await openEndpoint(options);
  const context = await browser.newContext();
  const config = { pid: 'lost', endpoint: endpoint.url, tracing: true, exporter, reportConfig: { flushTime: 300, ...report } };
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
  // Waits until the events of requests 0 to `count` are in storage or at the endpoint. Events wait for the browser's measurements,
  // and full batches are sent at once.
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

// Closes the tab as a user does, and resolves when it is gone.
export const closeTab = (page) => Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })]);

// Ends the tab's process at once: the page gets no event and sends nothing more.
export async function crash(page) {
  const session = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  session.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}

export const records = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tracebeam:')));
