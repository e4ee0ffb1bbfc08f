// The pages of the gateway's view: lists with filters, a trace, a session, the topology, live updates, the keyboard.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { openDemo, start } from './lib/demo.mjs';
import { CHECKOUT, openScene } from './lib/gateway-scene.mjs';
import { eventually } from './lib/site.mjs';

let browser;
let gateway;
let scene;
let origin;

before(async () => {
  gateway = await start('tracebeam-gateway', ['--listen', '127.0.0.1:0', '--store', ':memory:']);
  [origin] = gateway.addresses;
  scene = await openScene(origin);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
});

// Opens a page of the view. A script that a policy or an error stops fails the test.
async function open(hash, options) {
  const page = await browser.newPage(options);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  await page.goto(`${origin}/${hash}`);
  await page.locator('[data-row]').first().waitFor();
  return { page, wrong };
}

const names = (page, testid) =>
  page.getByTestId(testid).evaluateAll((rows) => rows.map((row) => row.querySelector('.row-title').textContent));

// TRACEBEAM_PICTURES=docs/images makes the pictures of docs/gateway.md anew: before other tests store what is not for show.
const pictures = process.env.TRACEBEAM_PICTURES;
test('pictures', { skip: !pictures }, async () => {
  for (const [name, colorScheme] of [
    ['requests', 'light'],
    ['trace', 'light'],
    ['session', 'light'],
    ['topology', 'dark'],
  ]) {
    const { page } = await open(scene.pages[name], { colorScheme, viewport: { width: 1280, height: 720 } });
    await page.getByRole('button', { name: 'live', exact: true }).waitFor();
    await page.screenshot({ path: `${pictures}/gateway-${name}.png` });
    await page.close();
  }
});

test('filters narrow the list, stand in the address, and are there again after a reload', async () => {
  const { page, wrong } = await open('#/requests');
  const all = await page.getByTestId('request-row').count();
  assert.ok(all > 30);
  await page.getByLabel('Status').selectOption('5xx');
  await eventually(async () => (await page.getByTestId('request-row').count()) === 1, 'one failed on the server');
  assert.deepEqual(await names(page, 'request-row'), ['/api/checkout']);
  assert.match(page.url(), /#\/requests\?status=5xx$/);
  await page.reload();
  await eventually(async () => (await page.getByTestId('request-row').count()) === 1, 'the same after a reload');
  await page.getByTestId('chip').click();
  await eventually(async () => (await page.getByTestId('request-row').count()) === all, 'all without the filter');
  await page.getByLabel('Application').selectOption('back-office');
  await eventually(async () => (await page.getByTestId('request-row').count()) === 2, 'those of an application');
  await page.getByLabel('Search names and URLs').fill('EXPORT');
  await eventually(async () => (await names(page, 'request-row')).join() === '/api/export', 'those with a text');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('a filter that the gateway refuses is said so', async () => {
  const page = await browser.newPage();
  await page.goto(`${origin}/#/requests?status=x`);
  await page.getByText('status must be an HTTP status such as 404').waitFor();
  await page.getByTestId('chip').click();
  await page.getByTestId('request-row').first().waitFor();
  await page.getByRole('alert').waitFor({ state: 'hidden' });
  await page.close();
});

test('a trace shows the phases of the page inside its span, backends below, events and links', async () => {
  const { page, wrong } = await open(`#/trace/${CHECKOUT}`);
  const rows = page.getByTestId('span-row');
  assert.deepEqual(await rows.evaluateAll((rows) => rows.map((row) => row.dataset.service)), ['rum-browser', 'shop', 'shop', 'payment']);
  const boxes = await rows.first().evaluate((row) => {
    const bar = row.querySelector('.wf-bar').getBoundingClientRect();
    return [...row.querySelectorAll('.wf-phase')].map((phase) => {
      const { left, right } = phase.getBoundingClientRect();
      return { phase: phase.dataset.phase, inside: left >= bar.left - 1 && right <= bar.right + 1, width: right - left };
    });
  });
  assert.deepEqual(
    boxes.map(({ phase }) => phase),
    ['dns_ms', 'connect_ms', 'ssl_ms', 'first_byte_ms', 'download_ms']
  );
  assert.ok(
    boxes.every(({ inside }) => inside),
    JSON.stringify(boxes)
  );
  assert.equal(await rows.nth(3).getByTestId('span-event').count(), 2);
  await rows.nth(3).click();
  await page.getByText('the bank said no').waitFor();
  await page.getByTestId('span-link').click();
  await page.getByRole('heading', { name: 'browser.request:/api/cart' }).waitFor();
  assert.deepEqual(wrong, []);
  await page.close();
});

test('an untraced request says why', async () => {
  const { page } = await open('#/requests?q=ads.example');
  await page.getByTestId('request-row').click();
  await page.getByText('The request went to another origin that is not on the allow-list').waitFor();
  await page.getByText('Failed to fetch').waitFor();
  await page.close();
});

test('a session is a time line of views and requests, and leads to traces', async () => {
  const { page, wrong } = await open(scene.pages.sessions);
  await page.getByTestId('session-row').filter({ hasText: 'ann' }).click();
  await page.getByTestId('session-request').first().waitFor();
  assert.deepEqual(await page.getByTestId('session-view').allTextContents(), ['/', '/products/{id}', '/cart']);
  assert.equal((await names(page, 'session-request')).at(-1), '/api/checkout');
  await page.getByText(/^4\d\.\d+ s later$/).waitFor();
  await page.getByTestId('session-request').last().click();
  await page.getByTestId('span-row').first().waitFor();
  assert.match(page.url(), new RegExp(CHECKOUT));
  await page.getByText('ann', { exact: true }).click();
  await eventually(async () => (await page.getByTestId('request-row').count()) === 10, 'the requests of this user');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('the topology draws callers before the called', async () => {
  const { page, wrong } = await open('#/topology');
  const places = new Map(
    await page.getByTestId('node').evaluateAll((nodes) => nodes.map((node) => [node.dataset.id, node.getBoundingClientRect().left]))
  );
  const edges = await page.getByTestId('edge').evaluateAll((edges) => edges.map((edge) => [edge.dataset.from, edge.dataset.to]));
  assert.ok(edges.length >= 7, String(edges));
  for (const [from, to] of edges) assert.ok(places.get(from) < places.get(to), `${from} stands before ${to}`);
  await page.getByTestId('node').filter({ hasText: 'payment' }).click();
  await eventually(async () => (await names(page, 'request-row')).join() === '/api/checkout', 'the requests that reached it');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('what comes in appears by itself, unless updates are paused', async () => {
  const page = await browser.newPage();
  await page.goto(`${origin}/#/requests?q=/live/`);
  await page.getByText('Nothing fits these filters').waitFor();
  const send = (name) =>
    fetch(`${origin}/rum`, {
      method: 'POST',
      body: JSON.stringify({
        app: { id: 'live', type: 'browser' },
        session: { id: 'live' },
        events: [
          { event_type: 'resource', event_id: name, timestamp: Date.now(), duration: 5, type: 'fetch', name, url: name, status_code: 200 },
        ],
      }),
    });
  await page.getByRole('button', { name: 'live', exact: true }).waitFor();
  await send('/live/1');
  await eventually(async () => (await names(page, 'request-row')).join() === '/live/1', 'the first');
  await page.keyboard.press('l');
  await page.getByRole('button', { name: 'paused' }).waitFor();
  await send('/live/2');
  await page.keyboard.press('l');
  await eventually(async () => (await names(page, 'request-row')).join() === '/live/2,/live/1', 'what came meanwhile');
  await page.close();
});

test('everything can be reached by keyboard', async () => {
  const { page, wrong } = await open('#/requests');
  const focused = () => page.evaluate(() => document.activeElement.dataset.row);
  const ids = await page.getByTestId('request-row').evaluateAll((rows) => rows.map((row) => row.dataset.row));
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  assert.equal(await focused(), ids[1]);
  await page.keyboard.press('k');
  assert.equal(await focused(), ids[0]);
  await page.keyboard.press('/');
  await page.keyboard.type('checkoutj');
  assert.equal(await page.getByLabel('Search names and URLs').inputValue(), 'checkoutj');
  await page.keyboard.press('Backspace');
  await eventually(async () => (await names(page, 'request-row')).join() === '/api/checkout', 'what was searched for');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByTestId('span-row').first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  assert.equal(await page.getByTestId('span-row').first().getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.keyboard.press('Escape');
  await page.getByTestId('request-row').first().waitFor();
  await page.keyboard.press('4');
  await page.getByRole('heading', { name: 'Topology' }).waitFor();
  assert.deepEqual(wrong, []);
  await page.close();
});

test('colours follow the system until the reader chooses, and the choice stays', async () => {
  const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const { page } = await open('#/requests', { colorScheme: 'dark' });
  const dark = await background(page);
  await page.getByRole('button', { name: /^Colours/ }).click();
  const light = await background(page);
  assert.notEqual(light, dark);
  await page.reload();
  assert.equal(await background(page), light);
  await page.close();
});

test('no page scrolls sideways, on a telephone and on a wide screen', async () => {
  for (const width of [390, 1024, 1920]) {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    for (const [name, hash] of Object.entries(scene.pages)) {
      await page.goto(`${origin}/${hash}`);
      await page.locator('[data-row], .reported').first().waitFor();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(over, 0, `${name} at ${width}`);
    }
    await page.close();
  }
});

test('a click in a real page is found as a request, with its trace through the services', async () => {
  const demo = await openDemo();
  try {
    const shop = await browser.newPage();
    await shop.goto(demo.page);
    await shop.getByTestId('slow').click();
    const page = await browser.newPage();
    await page.goto(`${demo.gateway}/#/requests?q=slow`);
    const row = page.getByTestId('request-row');
    await row.waitFor();
    assert.equal(await row.getAttribute('data-traced'), 'true');
    await row.click();
    const services = await eventually(async () => {
      const rows = await page.getByTestId('span-row').evaluateAll((rows) => rows.map((row) => row.dataset.service));
      return rows.includes('shop') && rows;
    }, 'the shop in the waterfall, without a reload');
    assert.equal(services[0], 'rum-browser');
    assert.ok((await page.getByTestId('bar-phase').count()) > 0);
    await page.close();
    await shop.close();
  } finally {
    await demo.close();
  }
});
