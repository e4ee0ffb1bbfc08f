// dist/tracebeam.nowasm.js where WebAssembly is absent, as in a browser's lockdown mode, or forbidden by the page's
// Content-Security-Policy. It traces from the first request on and prints one line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage({ agent: new URL('../../dist/tracebeam.nowasm.js', import.meta.url) });

for (const [name, head, headers] of [
  ['absent', '<script>delete self.WebAssembly</script>', {}],
  ['refused', '', { 'content-security-policy': "script-src 'self' 'unsafe-inline'; object-src 'none'" }],
]) {
  test(`WebAssembly is ${name}: the first request is traced`, async () => {
    const page = await browser.newPage();
    const lines = [];
    page.on('console', (message) => lines.push(message.text()));
    page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
    await page.goto(site.page(`/${name}`, { before: head, head: `<script>fetch('/api/${name}')</script>`, headers }));
    await eventually(() => site.to(`/api/${name}`)[0], 'the request');
    assert.match(site.to(`/api/${name}`)[0].headers.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    // A second start prints no second line.
    await page.evaluate(() => {
      tracebeam.flush();
      tracebeam.stop();
      tracebeam.init(window.__rum);
      return fetch('/api/again');
    });
    await eventually(() => site.events().some((event) => event.url.endsWith(`/api/${name}`)), 'the event');
    assert.match(site.to('/api/again').at(-1).headers.traceparent, /^00-/);
    assert.deepEqual(lines, ['[tracebeam] runs without WebAssembly, on its JavaScript core']);
    assert.equal(
      await page.evaluate(() => {
        try {
          return String(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
        } catch (error) {
          return error.name;
        }
      }),
      name === 'absent' ? 'ReferenceError' : 'CompileError'
    );
    await page.close();
  });
}
