// The view shows stored texts as texts: none of them becomes markup.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './lib/chromium.mjs';
import { start } from './lib/demo.mjs';
import { eventually } from './lib/site.mjs';

let browser;
let gateway;
let origin;

before(async () => {
  gateway = await start('tracebeam-gateway', ['--listen', '127.0.0.1:0', '--store', ':memory:']);
  [origin] = gateway.addresses;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
});

test('stored texts are shown as texts on every page', async () => {
  const script = '<img src=x onerror="document.title=1/0">"><script>document.title=1/0</script>';
  const trace = 'badbadbadbadbadbadbadbadbadbadba';
  await fetch(`${origin}/rum`, {
    method: 'POST',
    body: JSON.stringify({
      app: { id: script, name: script, type: 'browser' },
      user: { id: script },
      session: { id: script },
      view: { id: script, name: script },
      events: [
        {
          event_type: 'resource',
          event_id: script,
          timestamp: Date.now(),
          duration: 5,
          type: script,
          name: script,
          url: script,
          method: script,
          message: script,
          trace_context_hint: script,
          properties: { [script]: script },
          traceparent: `00-${trace}-badbadbadbadbadb-01`,
        },
      ],
    }),
  });
  const page = await browser.newPage();
  const session = encodeURIComponent(script);
  for (const hash of [
    '#/requests',
    '#/traces',
    `#/trace/${trace}`,
    '#/sessions',
    `#/session/${session}`,
    '#/topology',
    `#/requests?app=${session}`,
  ]) {
    await page.goto(`${origin}/${hash}`);
    await page.locator('[data-row]').first().waitFor();
    await eventually(async () => (await page.locator('#page').textContent()).includes('<img src=x'), hash);
    assert.equal(await page.locator('#page img, #page script').count(), 0, hash);
    assert.doesNotMatch(await page.title(), /Infinity/, hash);
  }
  await page.close();
});
