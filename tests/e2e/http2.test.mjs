// Timings over HTTP/2, where one connection carries all requests: only the first has connect and TLS phases, and each of fifty
// concurrent requests to one URL gets its own entry.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http2 from 'node:http2';
import { after, before, test } from 'node:test';
import { generate } from 'selfsigned';
import { launch } from './lib/chromium.mjs';
import { eventually, sentWith } from './lib/site.mjs';

let browser;
let server;
let origin;
const events = [];
const sizes = new Map();

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const page = `<!doctype html><script>window.__rum = {pid: 'h2', endpoint: '/rum', tracing: true}</script><script src="/tracebeam.js"></script>`;

before(async () => {
  const script = await readFile(new URL('../../dist/tracebeam.js', import.meta.url));
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  let burst = 0;
  server = http2
    .createSecureServer({ key, cert, allowHTTP1: true }, async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      if (request.url === '/rum') {
        events.push(...JSON.parse(Buffer.concat(chunks)).events);
        response.writeHead(204).end();
      } else if (request.url === '/tracebeam.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      else if (request.url === '/burst') {
        const n = burst++;
        sizes.set(request.headers.traceparent, 1000 + n);
        await wait([5, 180, 60, 300, 20, 120, 240, 90, 150, 30][n % 10] + 10 * Math.floor(n / 10));
        response.writeHead(200, { 'cache-control': 'no-store' });
        response.write('begin');
        await wait([0, 40, 10, 90][n % 4]);
        response.end('e'.repeat(995 + n));
      } else if (request.url === '/slow') {
        await wait(300);
        response.writeHead(200, { 'cache-control': 'no-store' });
        response.write('begin');
        await wait(600);
        response.end('end');
      } else response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    })
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `https://localhost:${server.address().port}`;
  browser = await launch({ args: ['--ignore-certificate-errors'] });
});

after(async () => {
  await browser?.close();
  server?.close();
});

test('phases over HTTP/2, each request its own', async () => {
  const tab = await browser.newPage({ ignoreHTTPSErrors: true });
  await tab.goto(origin);
  await tab.evaluate(async () => {
    await fetch('/slow').then((response) => response.text());
    await Promise.all(Array.from({ length: 50 }, () => fetch('/burst').then((response) => response.text())));
    await window.tracebeam.flush();
  });
  const of = (path) => events.filter((event) => event.url === origin + path);
  await eventually(() => of('/burst').length === 50, 'all events', 15_000);

  const [document] = of('/');
  assert.equal(document.type, 'document');
  assert.equal(document.protocol, 'h2');
  assert.ok(document.ssl_duration > 0 && document.ssl_duration <= document.connect_duration, 'TLS is the last part of the connection');

  const [slow] = of('/slow');
  assert.equal(slow.protocol, 'h2');
  assert.equal(slow.connect_duration, undefined, 'the connection was there');
  assert.equal(slow.ssl_duration, undefined);
  assert.ok(slow.first_byte_duration >= 290 && slow.first_byte_duration < 600, `first byte after ${slow.first_byte_duration}`);
  assert.ok(slow.download_duration >= 560, `download took ${slow.download_duration}`);
  assert.ok(slow.duration >= 880, `the end is the body's: ${slow.duration}`);

  const told = of('/burst').filter((event) => event.size);
  for (const event of told) assert.equal(event.size, sizes.get(sentWith(event).traceparent), 'the entry of another request');
  assert.ok(told.length >= 40, `${told.length} of 50 have phases`);
  await tab.close();
});
