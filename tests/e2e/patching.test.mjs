// The patches themselves: the agent is loaded twice, stopped below other wrappers, started again, kept out by locked functions,
// and survives document.open().

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { openStage, openTab } from './lib/stage.mjs';

const TAG = '<script src="/tracebeam.js"></script>';

const { browser, site } = await openStage();

const open = (path, options) => openTab(browser, site.page(path, options));

const traceparents = (path) =>
  site.to(path).map(({ raw }) => raw.filter((_, i) => i % 2 === 0 && raw[i].toLowerCase() === 'traceparent').map((_, i) => i).length);

const both = async (path) => {
  const status = (await fetch(path)).status;
  const xhr = new XMLHttpRequest();
  xhr.open('GET', path);
  xhr.send();
  await new Promise((resolve) => xhr.addEventListener('loadend', resolve));
  return [status, xhr.status];
};

test('H2: loaded twice: one layer, one traceparent, one event, one interface', async () => {
  const { page, lines } = await open('/twice', {
    tag: `${TAG}<script>const first = [fetch, XMLHttpRequest.prototype.send, tracebeam]; delete window.tracebeam;</script>${TAG}`,
  });
  assert.equal(await page.evaluate(() => first[0] === fetch && first[1] === XMLHttpRequest.prototype.send && first[2] === tracebeam), true);
  assert.deepEqual(await page.evaluate(both, '/api/twice'), [200, 200]);
  await page.evaluate(() => {
    first[2].flush();
    tracebeam.flush();
  });
  await eventually(() => site.events().filter((event) => event.name === '/api/twice').length === 2, 'two events');
  assert.deepEqual(traceparents('/api/twice'), [1, 1]);
  assert.deepEqual(lines, []);
  assert.equal(
    await page.evaluate(
      () => Object.keys(window).includes('tracebeam') && Reflect.ownKeys(window).filter((key) => String(key).includes('tracebeam:')).length
    ),
    1
  );
  await page.close();
});

test('H3: stop() restores what is ours', async () => {
  const { page } = await open('/stop', {
    before:
      '<script>window.natives = [fetch, XMLHttpRequest.prototype.open, XMLHttpRequest.prototype.send, XMLHttpRequest.prototype.setRequestHeader, XMLHttpRequest.prototype.abort, Object.getOwnPropertyDescriptor(window, "fetch")];</script>',
  });
  const same = () =>
    [
      fetch,
      XMLHttpRequest.prototype.open,
      XMLHttpRequest.prototype.send,
      XMLHttpRequest.prototype.setRequestHeader,
      XMLHttpRequest.prototype.abort,
    ].map((value, i) => value === natives[i]);
  assert.deepEqual(await page.evaluate(same), [false, false, false, false, false]);
  await page.evaluate(() => tracebeam.stop());
  assert.deepEqual(await page.evaluate(same), [true, true, true, true, true]);
  assert.deepEqual(await page.evaluate(() => Object.getOwnPropertyDescriptor(window, 'fetch')), await page.evaluate(() => natives[5]));
  assert.deepEqual(await page.evaluate(both, '/api/stopped'), [200, 200]);
  assert.deepEqual(traceparents('/api/stopped'), [0, 0]);
  await page.evaluate(() => {
    tracebeam.flush();
    tracebeam.stop();
  });
  await page.close();
});

test('H3: stop() beneath another wrapper passes through; init() arms the same layer again', async () => {
  const { page, lines } = await open('/beneath', {
    head: `<script>
      const ours = fetch;
      window.through = 0;
      const others = (window.fetch = function (...args) { through++; return ours.apply(this, args); });
      const { send, setRequestHeader } = XMLHttpRequest.prototype;
      XMLHttpRequest.prototype.send = function (...args) { through++; return send.apply(this, args); };
      XMLHttpRequest.prototype.setRequestHeader = function (...args) { return setRequestHeader.apply(this, args); };
    </script>`,
  });
  assert.deepEqual(await page.evaluate(both, '/api/beneath'), [200, 200]);
  await page.evaluate(() => tracebeam.stop());
  assert.equal(await page.evaluate(() => fetch === others), true);
  assert.deepEqual(await page.evaluate(both, '/api/beneath'), [200, 200]);
  await page.evaluate(() => tracebeam.init(window.__rum));
  assert.equal(await page.evaluate(() => fetch === others), true, 'no second layer');
  assert.deepEqual(await page.evaluate(both, '/api/beneath'), [200, 200]);
  assert.equal(await page.evaluate('through'), 6);
  await page.evaluate(() => {
    tracebeam.init({ pid: 'other', endpoint: '/rum' });
    tracebeam.flush();
  });
  assert.deepEqual(traceparents('/api/beneath'), [1, 1, 0, 0, 1, 1]);
  await eventually(() => site.events().filter((event) => event.name === '/api/beneath').length === 2, 'the events after the second start');
  assert.equal(site.events().filter((event) => event.url.endsWith('/rum')).length, 0, 'our own sends stay unseen');
  assert.deepEqual(lines, []);
  await page.close();
});

test('H3: an object that waits between open and send when stop() comes is sent whole', async () => {
  const { page } = await open('/waiting', {});
  const status = await page.evaluate(async () => {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', '/api/waiting');
    xhr.setRequestHeader('tracestate', 'mine=1');
    xhr.setRequestHeader('Baggage', 'a=b');
    tracebeam.stop();
    xhr.send();
    await new Promise((resolve) => xhr.addEventListener('loadend', resolve));
    return xhr.status;
  });
  assert.equal(status, 200);
  const [{ headers, raw }] = site.to('/api/waiting');
  assert.deepEqual([headers.tracestate, headers.baggage, headers.traceparent, raw.includes('Baggage')], ['mine=1', 'a=b', undefined, true]);
  await page.close();
});

test('H1: a wrapper that looks fetch up at each call finds no way round in circles', async () => {
  const { page } = await open('/circle', {
    head: `<script>
      const inner = window.fetch;
      let depth = 0;
      window.fetch = function (...args) { depth++; const now = depth > 1 ? inner : window.fetch; const answer = now.apply(this, args); depth--; return answer; };
    </script>`,
  });
  assert.equal(await page.evaluate(async () => (await fetch('/api/circle')).status), 200);
  assert.deepEqual(traceparents('/api/circle'), [1]);
  await page.close();
});

test('H4: switched off, the agent writes no header', async () => {
  for (const [name, tracing] of Object.entries({ absent: undefined, false: false, disabled: { enable: false } })) {
    const { page } = await open(`/off-${name}`, { config: { pid: 'off', endpoint: '/rum', tracing } });
    assert.deepEqual(await page.evaluate(both, `/api/off-${name}`), [200, 200]);
    assert.deepEqual(traceparents(`/api/off-${name}`), [0, 0]);
    await page.close();
  }
});

test('F27: a locked fetch is left alone: one warning, no throw, XMLHttpRequest still traced', async () => {
  for (const [name, lock] of Object.entries({
    frozen: 'Object.defineProperty(window, "fetch", { value: fetch, writable: false, configurable: false });',
    accessor: '{ const native = fetch; Object.defineProperty(window, "fetch", { get: () => native, configurable: false }); }',
  })) {
    const { page, lines } = await open(`/locked-${name}`, { before: `<script>${lock} const locked = fetch;</script>` });
    assert.equal(await page.evaluate(() => fetch === locked), true);
    assert.deepEqual(await page.evaluate(both, `/api/locked-${name}`), [200, 200]);
    assert.deepEqual(traceparents(`/api/locked-${name}`), [0, 1]);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], /^warning: \[tracebeam\] .*locked/);
    await page.close();
  }
});

test('F18: flags that others put on fetch are there, and go to the native function', async () => {
  const { page } = await open('/flags', { before: '<script>fetch.polyfill = true; const native = fetch;</script>' });
  assert.deepEqual(
    await page.evaluate(() => {
      fetch.mine = 1;
      return [fetch !== native, fetch.polyfill, native.mine, fetch.name, fetch.length];
    }),
    [true, true, 1, 'fetch', 1]
  );
  await page.close();
});

test('X17: without XMLHttpRequest, fetch is traced and nothing is said', async () => {
  const { page, lines } = await open('/no-xhr', { before: '<script>delete window.XMLHttpRequest;</script>' });
  assert.equal(await page.evaluate(async () => (await fetch('/api/no-xhr')).status), 200);
  assert.deepEqual(traceparents('/api/no-xhr'), [1]);
  assert.deepEqual(lines, []);
  await page.close();
});

test('an XMLHttpRequest gets four listeners, of which one is called, however often it is used', async () => {
  const before = `<script>
    window.added = [];
    window.called = [];
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, ...rest) {
      if (!(this instanceof XMLHttpRequest)) return addEventListener.call(this, type, listener, ...rest);
      added.push(type);
      return addEventListener.call(this, type, (event) => (called.push(event.type), listener.call(this, event)), ...rest);
    };
  </script>`;
  const { page } = await open('/listeners', { before });
  const seen = await page.evaluate(async () => {
    const xhr = new XMLHttpRequest();
    for (let i = 0; i < 2; i++) {
      xhr.open('GET', '/api/listeners');
      await new Promise((resolve) => {
        xhr.onloadend = resolve;
        xhr.send();
      });
    }
    return [window.added, window.called];
  });
  assert.deepEqual(seen, [
    ['load', 'error', 'timeout', 'abort'],
    ['load', 'load'],
  ]);
  await page.close();
});

test('document.open() keeps the patches, and what waits still leaves with the page', async () => {
  const { page } = await open('/reopened', { config: { pid: 'reopened', endpoint: '/rum', tracing: true } });
  await page.evaluate(() => {
    document.open();
    document.write('<!doctype html><title>again</title><p>again');
    document.close();
  });
  assert.deepEqual(await page.evaluate(both, '/api/reopened'), [200, 200]);
  assert.deepEqual(traceparents('/api/reopened'), [1, 1]);
  await page.goto('about:blank');
  await eventually(() => site.bundles.some((bundle) => bundle.app.id === 'reopened'), 'the batch of the page that left');
  await page.close();
});
