// Trace headers that the application sets itself: the server gets one value of each, by fetch and by XMLHttpRequest, whatever
// their case and form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from './lib/stage.mjs';

const OWN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const { browser, site } = await openStage();
const page = await browser.newPage();
await page.goto(site.page('/own', { config: { pid: 'own', endpoint: '/rum', tracing: { baggage: true } } }));

const values = ({ raw }, name) => raw.filter((_, i) => i % 2 === 1 && raw[i - 1].toLowerCase() === name);

// Sends the same headers in every form, one request each, and returns what the server got.
async function sent(path, pairs) {
  await page.evaluate(
    async ([path, pairs]) => {
      const record = Object.fromEntries(pairs);
      await fetch(path, { headers: record });
      await fetch(path, { headers: pairs });
      await fetch(path, { headers: new Headers(pairs) });
      await fetch(new Request(path, { headers: pairs }));
      const xhr = new XMLHttpRequest();
      xhr.open('GET', path);
      for (const [name, value] of pairs) xhr.setRequestHeader(name, value);
      xhr.send();
      await new Promise((resolve) => {
        xhr.onloadend = resolve;
      });
    },
    [path, pairs]
  );
  assert.equal(site.to(path).length, 5);
  return site.to(path);
}

test('an own traceparent stays byte for byte, its tracestate gains our member at the left', async () => {
  for (const request of await sent('/api/both', [
    ['TraceParent', OWN],
    ['Tracestate', 'a=1,b=2'],
  ])) {
    assert.deepEqual(values(request, 'traceparent'), [OWN]);
    const [state, more] = values(request, 'tracestate');
    assert.match(state, /^rum=[^,]+,a=1,b=2$/);
    assert.equal(more, undefined);
  }
});

test('an own baggage stays in front, and is sent once', async () => {
  for (const request of await sent('/api/baggage', [
    ['Baggage', 'mine=1;p=2'],
    ['X-Own', '1'],
  ])) {
    const [baggage, more] = values(request, 'baggage');
    assert.match(baggage, /^mine=1;p=2,/);
    assert.equal(more, undefined);
    assert.deepEqual(values(request, 'x-own'), ['1']);
  }
});

test('what is set several times is joined, and joined once', async () => {
  await page.evaluate(async () => {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/api/several');
    for (const value of ['a=1', ' b=2 ']) xhr.setRequestHeader('tracestate', value);
    xhr.setRequestHeader('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    xhr.send();
    await new Promise((resolve) => {
      xhr.onloadend = resolve;
    });
  });
  const [request] = site.to('/api/several');
  const [state, more] = values(request, 'tracestate');
  assert.match(state, /^rum=[^,]+, ?a=1, ?b=2$/);
  assert.equal(more, undefined);
  assert.deepEqual(values(request, 'traceparent'), [OWN]);
});

test('a header that a call set is not in the next call of the same object', async () => {
  await page.evaluate(async () => {
    const xhr = new XMLHttpRequest();
    for (const own of [true, false]) {
      xhr.open('GET', '/api/next');
      if (own) xhr.setRequestHeader('tracestate', 'a=1');
      if (own) xhr.open('GET', '/api/next');
      xhr.send();
      await new Promise((resolve) => {
        xhr.onloadend = resolve;
      });
    }
  });
  for (const request of site.to('/api/next')) {
    assert.equal(values(request, 'traceparent').length, 1);
    assert.match(values(request, 'tracestate')[0], /^rum=[^,]+$/);
  }
});
