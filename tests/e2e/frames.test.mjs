// Frames: same-origin frames work with and without an agent of their own; a sandboxed frame has an opaque origin.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage({
  serve(request, response, _body, url) {
    if (url.pathname !== '/api/any') return false;
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('any');
    return true;
  },
});

const traced = (path) => site.to(path).map((request) => 'traceparent' in request.headers);

test('a same-origin frame with the agent is traced, one without is left alone', async () => {
  site.page('/frame-with', { body: '<script>fetch("/api/frame-with")</script>' });
  site.page('/frame-without', { config: null, body: '<script>fetch("/api/frame-without")</script>' });
  const page = await browser.newPage();
  await page.goto(site.page('/frames', { body: '<iframe src="/frame-with"></iframe><iframe src="/frame-without"></iframe>' }));
  await eventually(() => site.to('/api/frame-with').length && site.to('/api/frame-without').length, 'both requests');
  assert.deepEqual([traced('/api/frame-with'), traced('/api/frame-without')], [[true], [false]]);
  await page.close();
});

test("functions taken from a frame are that frame's, and a frame that goes takes nothing with it", async () => {
  const page = await browser.newPage();
  const uncaught = [];
  page.on('pageerror', (error) => uncaught.push(error.message));
  await page.goto(site.page('/taken', {}));
  const seen = await page.evaluate(async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const { contentWindow } = frame;
    const { Response: TheirResponse } = contentWindow;
    const native = contentWindow.fetch !== fetch && contentWindow.fetch instanceof contentWindow.Function;
    const inner = await contentWindow.fetch(location.origin + '/api/taken');
    const mine = await fetch('/api/mine', {
      signal: new contentWindow.AbortController().signal,
      headers: new contentWindow.Headers({ 'x-own': '1' }),
    });
    const request = await fetch(new contentWindow.Request(location.origin + '/api/theirs', { headers: { 'x-own': '1' } }));
    const xhr = new contentWindow.XMLHttpRequest();
    XMLHttpRequest.prototype.open.call(xhr, 'GET', location.origin + '/api/borrowed');
    xhr.send();
    await new Promise((resolve) => {
      xhr.onloadend = resolve;
    });
    const { status } = xhr;
    const pending = contentWindow.fetch(location.origin + '/api/pending').then(
      () => 'answered',
      () => 'refused'
    );
    frame.remove();
    return [
      native,
      inner instanceof TheirResponse,
      mine.status,
      request.status,
      status,
      await Promise.race([pending, new Promise((resolve) => setTimeout(resolve, 200, 'nothing'))]),
      (await fetch('/api/after')).status,
    ];
  });
  assert.deepEqual([...seen.slice(0, 5), seen[6]], [true, true, 200, 200, 200, 200]);
  assert.deepEqual([traced('/api/taken'), traced('/api/mine'), traced('/api/after')], [[false], [true], [true]]);
  for (const path of ['/api/mine', '/api/theirs']) assert.equal(site.to(path)[0].headers['x-own'], '1');
  assert.deepEqual(uncaught, []);
  await page.close();
});

test('a sandboxed frame has an opaque origin: no header to the address it came from', async () => {
  site.page('/sandboxed', {
    body: '<script>fetch("/api/any").then((r) => r.text()).then((text) => parent.postMessage(text, "*"), (error) => parent.postMessage(String(error), "*"))</script>',
  });
  const page = await browser.newPage();
  await page.goto(
    site.page('/sandbox', {
      config: null,
      head: '<script>window.heard = new Promise((resolve) => onmessage = (event) => resolve(event.data))</script>',
      body: '<iframe sandbox="allow-scripts" src="/sandboxed"></iframe>',
    })
  );
  assert.equal(await page.evaluate('heard'), 'any');
  assert.deepEqual(
    site.to('/api/any').map((request) => [request.method, 'traceparent' in request.headers]),
    [['GET', false]]
  );
  await page.close();
});

test('an about:srcdoc frame is at home where its page is', async () => {
  const srcdoc = `<script>window.__rum = { pid: 'srcdoc', endpoint: '${site.origin}/rum', tracing: true }</script><script src="/tracebeam.js"></script><script>fetch('/api/srcdoc')</script>`;
  const page = await browser.newPage();
  await page.goto(site.page('/srcdoc', { config: null, body: `<iframe srcdoc="${srcdoc.replace(/"/g, '&quot;')}"></iframe>` }));
  await eventually(() => site.to('/api/srcdoc').length, 'the request');
  assert.deepEqual(traced('/api/srcdoc'), [true]);
  await page.close();
});
