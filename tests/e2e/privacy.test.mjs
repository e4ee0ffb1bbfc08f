// No secret leaves the page: not in a URL, a name, a message, a view, or a header.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage();

test('secrets of requests, of the page and of resources stay in the page', async () => {
  const page = await browser.newPage();
  const url = site.page('/login', {
    config: { pid: 'privacy', endpoint: '/rum', tracing: true },
    body: '<img src="/api/pic?sig=SECRET1&w=5">',
  });
  await page.goto(`${url}?code=SECRET2&page=3#access_token=SECRET3`);
  await page.evaluate(async () => {
    const read = (response) => response.text();
    await fetch('/api/a?access_token=SECRET4&q=1#SECRET5').then(read);
    await fetch('/api/b?X-Amz-Signature=SECRET6&X-Amz-Date=2').then(read);
    await fetch('/api/c?next=' + encodeURIComponent('https://u:SECRET7@x.example/')).then(read);
    await fetch('/api/d;jsessionid=SECRET8?x').then(read);
    await fetch('/api/e?api%5Fkey=SECRET9').then(read);
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/api/f?password=SECRET10', true, 'user', 'SECRET11');
    await new Promise((resolve) => {
      xhr.onloadend = resolve;
      xhr.send();
    });
    await fetch('http://user:SECRET12@127.0.0.1:1/').catch(() => {});
    history.pushState({}, '', '/after?token=SECRET13');
    await fetch('/api/last').then(read);
    window.tracebeam.flush();
  });
  await eventually(() => site.events().some((event) => event.name === '/api/last'));
  const sent = JSON.stringify(site.bundles);
  assert.deepEqual(sent.match(/SECRET\d+/g) ?? [], []);
  const kept = (part) =>
    site
      .events()
      .find((event) => event.url.includes(part))
      .url.split('?')[1];
  assert.equal(kept('/api/a'), 'access_token=REDACTED&q=1');
  assert.equal(kept('/api/b'), 'X-Amz-Signature=REDACTED&X-Amz-Date=2');
  assert.equal(kept('/login'), 'code=REDACTED&page=3');
  await page.close();
});
