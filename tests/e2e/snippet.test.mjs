// The ways to configure the script tag's file other than `__rum`: the vendor's asynchronous snippet, and attributes of the tag.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { AGENT, eventually } from './lib/site.mjs';
import { openStage, openTab } from './lib/stage.mjs';

// The file as from a slow server: each request for it waits here until the test answers.
const held = [];
const script = await readFile(AGENT);
const routes = {
  '/slow/tracebeam.js': (_request, response) =>
    void held.push(() => response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)),
};
const { browser, site } = await openStage({ routes });

// The vendor's documented snippet; only the addresses differ.
const snippet = (config, src) => `<script>
  !(function(c,b,d,a){c[a]||(c[a]={});c[a].config=
    ${config}
    with(b)with(body)with(insertBefore(createElement("script"),firstChild))setAttribute("crossorigin","",src=d)
  })(window,document,"${src}","__bl");
</script>`;

let pages = 0;

// Opens a page with this body and without the tests' own script tag.
async function open(t, body, options = {}) {
  const { page, lines } = await openTab(browser, site.page(`/snippet/${++pages}`, { config: null, body, ...options }), {
    waitUntil: 'commit',
  });
  t.after(() => page.close());
  return { page, lines };
}

const of = (path) => site.events().filter((event) => event.url.endsWith(path));
const traced = (path) => site.to(path).map((request) => !!request.headers.traceparent);

test('the asynchronous snippet loads the same file and configures it', async (t) => {
  const { page, lines } = await open(
    t,
    snippet("{ pid: 'bl', endpoint: '/rum', tracing: { allowedUrls: [/^nowhere/], propagatorTypes: ['b3'] } }", '/tracebeam.js')
  );
  await page.waitForFunction(() => window.tracebeam);
  await page.evaluate(() =>
    fetch('/api/bl')
      .then((response) => response.text())
      .then(() => tracebeam.flush())
  );
  await eventually(() => of('/api/bl').length, 'the event');
  assert.match(site.to('/api/bl')[0].headers.b3, /^[0-9a-f]{32}-[0-9a-f]{16}-1$/);
  assert.equal(of('/api/bl')[0].trace_context_hint, 'set');
  assert.deepEqual(lines, []);
});

test('requests made before it arrives are recorded, once, and say why they carry no headers', async (t) => {
  const config =
    "{ pid: 'bl-late', endpoint: '/rum', tracing: true, filters: { resource: [/early-filtered/] }, parseResourceName: (url) => 'named ' + url.split('/').pop() }";
  const early = `<script>
    window.early = Promise.all([
      fetch('/api/early-fetch').then((response) => response.text()),
      fetch('/api/early-404?status=404').then((response) => response.text()),
      fetch('/api/early-filtered').then((response) => response.text()),
      new Promise((done) => { const xhr = new XMLHttpRequest(); xhr.onloadend = done; xhr.open('POST', '/api/early-xhr'); xhr.send('x'); }),
    ]);
  </script>`;
  const { page, lines } = await open(t, snippet(config, '/slow/tracebeam.js') + early);
  await eventually(() => held.length, 'the request of the file');
  await page.evaluate(() => window.early);
  held.pop()();
  await page.waitForFunction(() => window.tracebeam);
  await page.evaluate(() => fetch('/api/early-fetch').then((response) => response.text()));
  // The browser delivers buffered entries in a separate task.
  await eventually(
    async () => (
      await page.evaluate(() => tracebeam.flush()),
      of('/api/early-fetch').length >= 2 && of('/api/early-xhr').length && of('/api/early-404?status=404').length
    ),
    'the events'
  );
  const [before, after] = of('/api/early-fetch').sort((a, b) => a.timestamp - b.timestamp);
  assert.deepEqual([before.trace_context_hint, after.trace_context_hint], ['not_ready', 'set']);
  assert.deepEqual([before.type, before.name, before.trace_id, before.method], ['fetch', 'named early-fetch', undefined, undefined]);
  assert.ok(before.duration > 0 && before.first_byte_duration > 0, 'as the browser measured it');
  const [xhr] = of('/api/early-xhr');
  assert.deepEqual([xhr.type, xhr.trace_context_hint, xhr.status_code, xhr.outcome], ['xmlhttprequest', 'not_ready', 200, 'ok']);
  assert.deepEqual(
    of('/api/early-404?status=404').map((event) => [event.status_code, event.outcome]),
    [[404, 'http_error']]
  );
  assert.deepEqual([of('/api/early-fetch').length, of('/api/early-xhr').length, of('/api/early-filtered').length], [2, 1, 0]);
  assert.deepEqual(traced('/api/early-fetch'), [false, true]);
  assert.deepEqual(
    lines.filter((line) => !line.includes('404')),
    []
  );
});

test('a request under way when the file arrives is one event', async (t) => {
  let answer;
  site.routes['/api/across'] = (_request, response) => (answer = () => response.writeHead(200).end('x'));
  const { page } = await open(
    t,
    snippet("{ pid: 'bl-across', endpoint: '/rum', tracing: true }", '/slow/tracebeam.js') +
      "<script>window.across = fetch('/api/across').then((response) => response.text());</script>"
  );
  await eventually(() => held.length && answer, 'both requests');
  held.pop()();
  await page.waitForFunction(() => window.tracebeam);
  answer();
  await page.evaluate(() => window.across);
  await eventually(async () => (await page.evaluate(() => tracebeam.flush()), of('/api/across').length), 'the event');
  assert.deepEqual(
    of('/api/across').map((event) => event.trace_context_hint),
    ['not_ready']
  );
});

test('stop() and init(): what came before is not told again, what came between not at all', async (t) => {
  const { page } = await open(t, '', { config: { pid: 'again', endpoint: '/rum', tracing: true } });
  await page.waitForFunction(() => window.tracebeam);
  await page.evaluate(async () => {
    await fetch('/api/again-first').then((response) => response.text());
    tracebeam.flush();
  });
  await eventually(() => of('/api/again-first').length, 'the first event');
  await page.evaluate(async () => {
    tracebeam.stop();
    await fetch('/api/again-between').then((response) => response.text());
    tracebeam.init({ pid: 'again', endpoint: '/rum', tracing: true });
    await fetch('/api/again-last').then((response) => response.text());
  });
  await eventually(async () => (await page.evaluate(() => tracebeam.flush()), of('/api/again-last').length), 'the last event');
  const found = site.bundles.filter((bundle) => bundle.app.id === 'again').flatMap((bundle) => bundle.events);
  const count = (end) => found.filter((event) => event.url.endsWith(end)).length;
  assert.deepEqual(['/api/again-first', '/api/again-between', '/api/again-last', '/tracebeam.js'].map(count), [1, 0, 1, 1]);
});

for (const [attributes, hint] of [
  ['data-tracing="true"', 'set'],
  ['data-tracing', 'set'],
  ['data-tracing="false"', 'disabled'],
  ['', 'disabled'],
]) {
  test(`attributes of the tag: ${attributes || 'without tracing'}; the next script is already traced`, async (t) => {
    const path = `/api/data-${pages}`;
    const head = `<script src="/tracebeam.js" data-pid="data" data-endpoint="/rum" ${attributes}></script><script>fetch('${path}').then((response) => response.text())</script>`;
    const { page, lines } = await open(t, '', { head });
    await eventually(async () => (await page.evaluate(() => window.tracebeam?.flush()), of(path).length), 'the event');
    assert.equal(of(path)[0].trace_context_hint, hint);
    assert.deepEqual(traced(path), [hint === 'set']);
    assert.equal(site.bundles.find((bundle) => bundle.events.some((event) => event.url.endsWith(path))).app.id, 'data');
    assert.deepEqual(lines, []);
  });
}

test('attributes that do not fit are warned about; a configuration in script goes before them', async (t) => {
  const warned = (lines) => lines.map((line) => /^warning: \[tracebeam\] (\S+) must be/.exec(line)?.[1]).sort();
  const bad = await open(t, '', { head: '<script src="/tracebeam.js" data-endpoint="/rum" data-tracing="perhaps"></script>' });
  await bad.page.waitForFunction(() => window.tracebeam);
  await eventually(() => bad.lines.length >= 2, 'the warnings');
  assert.deepEqual(warned(bad.lines), ['pid', 'tracing']);
  const both = await open(t, '', {
    head: '<script>window.__rum = { pid: "rum", endpoint: "/rum" }; window.__bl = { config: { pid: "bl" } };</script><script src="/tracebeam.js" data-pid="data"></script>',
  });
  await both.page.waitForFunction(() => window.tracebeam);
  assert.equal(await both.page.evaluate(() => tracebeam.getConfig().pid), 'rum');
});
