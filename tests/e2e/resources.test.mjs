// Static resources and the document: type, outcome, the trace that the server named, and each reported once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { another, openStage } from './lib/stage.mjs';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';
const answer =
  (type, body, headers = {}) =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', ...headers }).end(body);

const other = await another({ routes: { '/far.svg': answer('image/svg+xml', SVG) } });
const { browser, site } = await openStage({
  args: ['--ignore-certificate-errors'],
  routes: {
    '/style.css': answer('text/css', '@font-face{font-family:F;src:url(/f.woff2)}body{font-family:F;background:url(/background)}'),
    '/f.woff2': answer('font/woff2', 'x'),
    '/background': answer('image/svg+xml', SVG),
    '/good.js': answer('text/javascript', '', { 'server-timing': `traceparent;desc="00-${TRACE}-b7ad6b7169203331-01"` }),
    '/photo.svg': answer('image/svg+xml', SVG),
    '/frame.html': answer('text/html', ''),
    '/gone': (request) => void request.socket.destroy(),
  },
});

test('every kind of resource once, with its type, its end, and the trace that the server named', async () => {
  const pid = 'resources';
  const page = await browser.newPage();
  const url = site.page('/resources/4711', {
    config: { pid, endpoint: '/rum', tracing: true },
    headers: { 'server-timing': `dtTrId;desc="${TRACE}", dtSInfo;desc="0", dtRpid;desc="-609157671"` },
    head: '<link rel="stylesheet" href="/style.css"><script src="/good.js"></script><script src="/missing.js"></script>',
    body: `<img src="/photo.svg"><img src="/gone"><img src="${other.origin}/far.svg"><img src="http://127.0.0.1:1/refused.png"><iframe src="/frame.html"></iframe>text`,
  });
  await page.goto(url);
  await page.evaluate(async () => {
    navigator.sendBeacon('/api/beacon', 'x');
    await (await fetch('/api/once')).text();
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/api/once');
    await new Promise((resolve) => {
      xhr.onloadend = resolve;
      xhr.send();
    });
  });
  const events = () => site.bundles.filter((bundle) => bundle.app.id === pid).flatMap((bundle) => bundle.events);
  const of = (part) => events().filter((event) => event.url.includes(part));
  await eventually(async () => {
    await page.evaluate(() => window.tracebeam.flush());
    return ['/resources/4711', 'background', 'f.woff2', 'refused', 'far.svg', 'frame.html', 'beacon', 'missing'].every(
      (part) => of(part).length
    );
  }, 'an event for each');
  await page.close();

  for (const [part, type, outcome, success, status] of [
    ['/resources/4711', 'document', 'ok', 1, 200],
    ['/style.css', 'css', 'ok', 1, 200],
    ['/f.woff2', 'font', 'ok', 1, 200],
    ['/background', 'img', 'ok', 1, 200],
    ['/good.js', 'script', 'ok', 1, 200],
    ['/missing.js', 'script', 'http_error', 0, 404],
    ['/photo.svg', 'img', 'ok', 1, 200],
    ['/gone', 'img', 'network_error', 0, undefined],
    ['/far.svg', 'img', undefined, -1, undefined],
    ['refused.png', 'img', 'network_error', 0, undefined],
    ['/frame.html', 'iframe', 'ok', 1, 200],
    ['/api/beacon', 'beacon', 'ok', 1, 200],
  ]) {
    assert.equal(of(part).length, 1, `${part} is reported ${of(part).length} times`);
    const [event] = of(part);
    assert.deepEqual([event.type, event.outcome, event.success, event.status_code], [type, outcome, success, status], part);
    assert.ok(event.duration > 0, part);
  }
  assert.deepEqual(
    of('/api/once')
      .map((event) => event.type)
      .sort(),
    ['fetch', 'xmlhttprequest'],
    'requests are not reported again'
  );
  assert.deepEqual(of('/rum'), [], 'the agent never reports itself');
  const [document] = of('/resources/4711');
  assert.deepEqual([document.name, document.trace_id, document.server_timing_hint], ['/resources/{id}', TRACE, 'received']);
  assert.deepEqual([document.server_timing_sampling, document.server_timing_response_id], ['0', '-609157671']);
  const [script] = of('/good.js');
  assert.deepEqual([script.trace_id, script.server_timing_trace_id, script.trace_context_hint], [TRACE, TRACE, undefined]);
});
