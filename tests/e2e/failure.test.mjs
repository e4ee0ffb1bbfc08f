// The engine traps in each of its exports: from then on the page goes on as if the agent had never been there, and the console
// says so once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { openStage, openTab } from './lib/stage.mjs';

const TRAP = new URL('../../target/xtask/trap/tracebeam.js', import.meta.url);
const CROSSINGS = { configure: 1, start: 2, end: 3, timer: 4, flush: 5, poll: 6, entropy: 7, input: 8, output: 9, sent: 10, note: 11 };

// Makes the module's exports available to the test and counts their calls: none may be called after the failure.
const SPY = `<script>
  window.calls = 0;
  const { Instance } = WebAssembly;
  const natives = { fetch, open: XMLHttpRequest.prototype.open, send: XMLHttpRequest.prototype.send, setRequestHeader: XMLHttpRequest.prototype.setRequestHeader, abort: XMLHttpRequest.prototype.abort };
  WebAssembly.Instance = function (...args) {
    const { exports } = new Instance(...args);
    window.engine = exports;
    if (window.trapFirst) exports.trap_at(window.trapFirst);
    const counted = {};
    for (const name of Object.keys(exports)) counted[name] = typeof exports[name] === 'function' ? (...args) => (window.calls++, exports[name](...args)) : exports[name];
    return { exports: counted };
  };
</script>`;

const { browser, site } = await openStage({ agent: TRAP });

async function open(
  path,
  { first = 0, head = '', config = { pid: 'trap', endpoint: '/rum', tracing: true, reportConfig: { flushTime: 50 } } } = {}
) {
  return openTab(browser, site.page(path, { config, before: `<script>window.trapFirst = ${first};</script>${SPY}`, head }));
}

// The page's requests, whose results must be the same with and without an agent.
const use = async (path) => {
  const seen = [];
  const response = await fetch(path);
  seen.push(response.status, await response.json());
  const aborted = new AbortController();
  const pending = fetch(path, { signal: aborted.signal }).catch((error) => error.name);
  aborted.abort();
  seen.push(await pending);
  for (const async of [true, false]) {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', path, async);
    xhr.setRequestHeader('tracestate', 'mine=1');
    const done = new Promise((resolve) => xhr.addEventListener('loadend', resolve));
    xhr.send();
    await done;
    seen.push(xhr.status, xhr.responseText);
  }
  return seen;
};

const native = () => {
  const { fetch: nativeFetch, ...methods } = natives;
  return fetch === nativeFetch && Object.entries(methods).every(([name, method]) => XMLHttpRequest.prototype[name] === method);
};

for (const [name, code] of Object.entries(CROSSINGS)) {
  test(`a trap in ${name} leaves the page to itself`, async () => {
    const path = `/api/${name}`;
    const atStart = name === 'configure';
    const { page, lines } = await open(`/trap-${name}`, { first: atStart ? code : 0 });
    // When the trap happens, one request is under way and one object is open but not sent.
    await page.evaluate(
      ([code, path]) => {
        window.before = fetch(path + '?before').then((response) => response.status);
        window.waiting = new XMLHttpRequest();
        waiting.open('GET', path + '?waiting');
        waiting.setRequestHeader('tracestate', 'mine=1');
        if (window.engine && !window.trapFirst) engine.trap_at(code);
      },
      [code, path]
    );
    assert.deepEqual(await page.evaluate(use, path), [200, { ok: true }, 'AbortError', 200, '{"ok":true}', 200, '{"ok":true}']);
    assert.equal(await page.evaluate('before'), 200);
    // The timer, a flush, and twenty more requests call every export.
    await page.evaluate(async (path) => {
      window.tracebeam?.flush();
      for (let i = 0; i < 25; i++) await fetch(path);
    }, path);
    await eventually(() => lines.length, 'a line on the console');
    const calls = await page.evaluate('calls');
    const rest = await page.evaluate(
      async ([path]) => {
        waiting.send();
        await new Promise((resolve) => waiting.addEventListener('loadend', resolve));
        const { status } = await fetch(path + '?after');
        window.tracebeam.flush();
        window.tracebeam.init(window.__rum);
        window.dispatchEvent(new Event('pagehide'));
        return [status, waiting.status, window.calls];
      },
      [path]
    );
    assert.deepEqual(rest, [200, 200, calls], 'the engine is not called again');
    assert.equal(await page.evaluate(native), true, 'the native functions are back');
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], atStart ? /^warning: \[tracebeam\] not started/ : /^error: \[tracebeam\] off after an internal failure/);
    // The header that the application set itself was sent.
    for (const [what, state] of [['waiting', 'mine=1']]) {
      const request = site.to(path).find((request) => request.path.endsWith('?' + what));
      assert.equal(request.headers.tracestate, state);
    }
    const last = site.to(path).find((request) => request.path.endsWith('?after'));
    assert.equal(last.headers.traceparent, undefined);
    await page.close();
  });
}

// A call by the application, and the export that traps in it.
for (const [call, crossing] of [
  ["setConfig('env', 'x')", 'configure'],
  ["setUser({ name: 'Ann' })", 'input'],
  ["setView('x')", 'note'],
  ["sendEvent({ name: 'x' })", 'note'],
  ["getTraceContext('/')", 'start'],
  ["getTraceContext('/')", 'note'],
]) {
  test(`a trap in ${crossing} under ${call}: it returns, and the agent is off`, async () => {
    const { page, lines } = await open(`/trap-call-${crossing}`);
    const headers = await page.evaluate(
      ([call, code]) => {
        // Any call on the running agent makes the engine.
        tracebeam.getConfig();
        engine.trap_at(code);
        const answer = new Function(`return tracebeam.${call}`)();
        window.calls = 0;
        tracebeam.setConfig('env', 'y');
        tracebeam.setView('y');
        tracebeam.sendEvent({ name: 'y' });
        const { headers } = tracebeam.getTraceContext('/');
        tracebeam.flush();
        return [answer ? answer.headers : null, headers, window.calls];
      },
      [call, CROSSINGS[crossing]]
    );
    assert.deepEqual(headers, [null, null, 0], 'no headers that no event names, and no more calls');
    assert.equal(await page.evaluate(native), true);
    await eventually(() => lines.length, 'a line on the console');
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], /^error: \[tracebeam\] off after an internal failure/);
    await page.close();
  });
}

test('every function of the module has its trap', async () => {
  const { page } = await open('/exports');
  const names = await page.evaluate(() => {
    tracebeam.getConfig();
    return Object.keys(engine).filter((name) => typeof engine[name] === 'function');
  });
  // Without a test of their own: `output_len` follows `poll`, `signal` is called by the timer and by a flush, `adopt` as `sent`
  // is, and `revoke` where the headers of a request could not be set. All are guarded alike.
  const covered = [...Object.keys(CROSSINGS), 'output_len', 'signal', 'adopt', 'revoke', 'trap_at'];
  assert.deepEqual(
    names.filter((name) => !covered.includes(name)),
    []
  );
  await page.close();
});

test('predicates that throw or call fetch themselves lose no request', async () => {
  const config = `{ pid: 'p', endpoint: '/rum', tracing: { allowedUrls: [
    () => { throw new Error('mine'); },
    (url) => { if (url.endsWith('outer')) fetch('/api/inner'); return false; },
  ] } }`;
  const { page, lines } = await open('/predicates', { config });
  assert.equal(await page.evaluate(async () => (await fetch('/api/outer')).status), 200);
  await eventually(() => site.to('/api/inner').length === 1, 'the inner request');
  assert.deepEqual(lines, []);
  await page.close();
});
