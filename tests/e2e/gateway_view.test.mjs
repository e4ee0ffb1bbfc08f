// The gateway's view in a browser, and what a browser keeps other pages from.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { start } from './lib/demo.mjs';
import { openSite } from './lib/site.mjs';

const TOKEN = 'a-token-of-20-letters';
const TRACE = '0af7651916cd43dd8448eb211c80319c';

let browser;
let open;
let closed;

const gateway = (...flags) => start('tracebeam-gateway', ['--listen', '127.0.0.1:0', '--store', ':memory:', ...flags]);

// One event of a page, as its agent sends it.
const report = (origin) =>
  fetch(`${origin}/rum`, {
    method: 'POST',
    body: JSON.stringify({
      app: { id: 'shop', type: 'browser' },
      session: { id: 'session-1' },
      events: [
        {
          event_type: 'resource',
          event_id: 'a',
          timestamp: Date.now(),
          duration: 12,
          type: 'fetch',
          name: '/api/orders/{id}',
          url: 'https://shop.example/api/orders/7',
          status_code: 200,
          success: 1,
          traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
        },
      ],
    }),
  });

before(async () => {
  open = await gateway();
  closed = await gateway('--token', TOKEN);
  browser = await launch();
  for (const { addresses } of [open, closed]) assert.equal((await report(addresses[0])).status, 204);
});

after(async () => {
  await browser?.close();
  await open?.stop();
  await closed?.stop();
});

async function seesTrace(page, origin) {
  await page.goto(origin);
  const row = page.getByTestId('request-row');
  await row.first().waitFor();
  assert.equal(await row.count(), 1);
  await row.click();
  await page.getByText('browser.request:/api/orders/{id}').first().waitFor();
}

test('on this machine the view needs no token', async () => {
  const page = await browser.newPage();
  await seesTrace(page, open.addresses[0]);
  await page.close();
});

test('with a token the browser asks for it, and sends it with everything the view loads', async () => {
  const context = await browser.newContext({ httpCredentials: { username: 'anyone', password: TOKEN } });
  const page = await context.newPage();
  await seesTrace(page, closed.addresses[0]);
  await context.close();
  const stranger = await browser.newPage();
  const response = await stranger.goto(closed.addresses[0]).catch(() => null);
  assert.ok(!response || response.status() === 401);
  await stranger.close();
});

test('another page can neither read nor load what is stored, and may report from this machine', async () => {
  const site = await openSite();
  const page = await browser.newPage();
  await page.goto(site.page('/stranger', { config: null }));
  const [origin] = open.addresses;
  const read = await page.evaluate(async (origin) => {
    const tries = {};
    for (const [name, init] of Object.entries({ cors: {}, 'no-cors': { mode: 'no-cors' } })) {
      const answer = await fetch(`${origin}/api/events`, init).catch((error) => error.name);
      tries[name] = typeof answer === 'string' ? answer : answer.type;
    }
    const script = document.createElement('script');
    tries.script = await new Promise((resolve) => {
      script.onload = () => resolve('loaded');
      script.onerror = () => resolve('error');
      script.src = `${origin}/api/events`;
      document.head.append(script);
    });
    tries.beacon = navigator.sendBeacon(`${origin}/rum`, JSON.stringify({ app: { id: 'shop' }, events: [] }));
    const sent = await fetch(`${origin}/rum`, { method: 'POST', body: JSON.stringify({ app: { id: 'shop' }, events: [] }) });
    return { ...tries, sent: sent.status };
  }, origin);
  assert.deepEqual(read, { cors: 'TypeError', 'no-cors': 'TypeError', script: 'error', beacon: true, sent: 204 });
  await page.close();
  await site.close();
});
