// A page with OpenTelemetry's own instrumentations and exporter, as their guide sets them up, against the gateway: its
// requests are events beside those of our agent's pages, and its spans are kept.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { build } from 'esbuild';
import { start } from './lib/demo.mjs';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const root = new URL('../..', import.meta.url).pathname;

const PAGE = (gateway) => `
  import { WebTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-web';
  import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
  import { resourceFromAttributes } from '@opentelemetry/resources';
  import { registerInstrumentations } from '@opentelemetry/instrumentation';
  import { DocumentLoadInstrumentation } from '@opentelemetry/instrumentation-document-load';
  import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
  import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request';
  const session = { onStart: (span) => span.setAttribute('session.id', 'otel-session'), onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
  const exporter = new OTLPTraceExporter({ url: '${gateway}/v1/traces' });
  const provider = new WebTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'storefront', 'service.version': '2.1', 'deployment.environment.name': 'test' }),
    spanProcessors: [session, new SimpleSpanProcessor(exporter)],
  });
  provider.register();
  const ignoreUrls = [/v1\\/traces/];
  registerInstrumentations({
    instrumentations: [new DocumentLoadInstrumentation(), new FetchInstrumentation({ ignoreUrls }), new XMLHttpRequestInstrumentation({ ignoreUrls })],
  });`;

const gateway = await start('tracebeam-gateway', ['--listen', '127.0.0.1:0', '--store', ':memory:']);
after(() => gateway.stop());
const [address] = gateway.addresses;
const { browser, site } = await openStage();

async function bundled() {
  const stdin = { contents: PAGE(address), resolveDir: root, loader: 'js' };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'iife', logLevel: 'error' });
  return outputFiles[0].text;
}

const eventsOf = async () => (await (await fetch(`${address}/api/events?limit=500`)).json()).events;

test('requests of a page with OpenTelemetry JS are events', { timeout: 120_000 }, async () => {
  const script = await bundled();
  site.routes['/otel.js'] = (_request, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
  const url = site.page('/otel', { config: null, head: '<script src="/otel.js"></script>' });
  const page = await browser.newPage();
  await page.goto(url);
  await page.evaluate(async () => {
    await (await fetch('/api/orders/42?token=hunter2')).text();
    await (await fetch('/api/fails?status=503', { method: 'POST', body: 'x' })).text();
    const request = (path, abort) =>
      new Promise((done) => {
        const xhr = new XMLHttpRequest();
        xhr.open('PUT', path);
        xhr.onloadend = done;
        xhr.send('y');
        if (abort) xhr.abort();
      });
    await request('/api/xhr');
    await request('/api/given-up', true);
  });
  // path of the URL → its event
  const found = new Map();
  const expected = ['/otel', '/otel.js', '/api/orders/42', '/api/fails', '/api/xhr', '/api/given-up'];
  await eventually(async () => {
    for (const event of await eventsOf()) found.set(new URL(event.url).pathname, event);
    return expected.every((path) => found.has(path));
  }, 'an event for each request');

  const said = (path, ...keys) => keys.map((key) => found.get(path)[key]);
  assert.deepEqual(said('/otel', 'type', 'name'), ['document', '/otel']);
  assert.deepEqual(said('/otel.js', 'type', 'name'), ['other', '/otel.js']);
  assert.deepEqual(said('/api/orders/42', 'type', 'method', 'status_code', 'success', 'outcome'), ['fetch', 'GET', 200, 1, 'ok']);
  assert.deepEqual(said('/api/orders/42', 'name', 'url'), ['/api/orders/{id}', `${site.origin}/api/orders/42?token=REDACTED`]);
  assert.deepEqual(said('/api/fails', 'method', 'status_code', 'success', 'outcome'), ['POST', 503, 0, 'http_error']);
  assert.deepEqual(said('/api/xhr', 'type', 'method', 'status_code', 'outcome'), ['xmlhttprequest', 'PUT', 200, 'ok']);
  assert.deepEqual(said('/api/given-up', 'type', 'success', 'outcome'), ['xmlhttprequest', -1, 'abort']);
  for (const [path, event] of found) {
    assert.deepEqual([event.app.id, event.app.version, event.app.env, event.app.type], ['storefront', '2.1', 'test', 'browser'], path);
    assert.equal(event.session_id, 'otel-session', path);
    assert.equal(event.client_address, '127.0.0.1', path);
    assert.ok(event.has_span && event.duration_ms >= 0, path);
  }
  for (const path of ['/api/orders/42', '/api/xhr', '/otel']) {
    const { first_byte_ms: firstByte, download_ms: download, ssl_ms: tls } = found.get(path).phases;
    assert.ok(firstByte >= 0 && download >= 0 && tls === null, `${path}: ${JSON.stringify(found.get(path).phases)}`);
  }

  // The ids are those that went to the server, so that the trace goes on there.
  const [, trace, span] = site.to('/api/orders/42')[0].headers.traceparent.split('-');
  assert.deepEqual(said('/api/orders/42', 'trace_id', 'span_id'), [trace, span]);
  const { spans } = await (await fetch(`${address}/api/traces/${trace}`)).json();
  assert.deepEqual([spans.length, spans[0].span_id, spans[0].app_id, spans[0].kind], [1, span, 'storefront', 'client']);
  await page.close();
});
