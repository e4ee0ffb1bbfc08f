// Wrong uses of `tracebeam`: nothing throws, each mistake causes one warning, and the agent goes on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flush, openApi, request } from './lib/api.mjs';
import { SPY } from './lib/memory.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage();

const open = (t, config, options) => openApi(t, { browser, site }, config, options);

test('what is fixed stays, and each mistake is named once', async (t) => {
  const { page, pid, warnings, event } = await open(t, 'tracing: true, env: 5');
  await page.evaluate(() => {
    for (let i = 0; i < 3; i++) {
      tracebeam.setConfig({ pid: 'other', endpoint: 'https://evil.example/rum', exporter: 'otlp' });
      tracebeam.setConfig('version', 7);
      tracebeam.setConfig('tracing', { sample: 'all' });
      tracebeam.setConfig('env', 6);
      tracebeam.setUser('Ann');
      tracebeam.setView(5);
      tracebeam.setView('');
      tracebeam.sendEvent({});
      tracebeam.sendEvent({ name: 'x', event_type: 'action' });
      tracebeam.sendEvent({ name: 'fixed', duration: 'long', success: true, url: '/api/fixed' });
      tracebeam.getTraceContext('http://');
      tracebeam.sendException(new Error('x'));
    }
    tracebeam.flush();
  });
  assert.equal((await event('fixed')).bundle.app.id, pid);
  assert.deepEqual(warnings.map((text) => text.replace('[tracebeam] ', '').split(/ (?:must|stays|does|reports)/)[0]).sort(), [
    'env',
    'getTraceContext: url',
    'sendEvent: duration',
    'sendEvent: event_type',
    'sendEvent: name',
    'sendEvent: success',
    'sendException',
    'setConfig: endpoint',
    'setConfig: exporter',
    'setConfig: pid',
    'setView: name',
    'tracing.sample',
    'user',
    'version',
  ]);
});

test('hostile arguments: nothing throws, and the agent goes on', async (t) => {
  const { page, pid, warnings, event } = await open(t, 'tracing: true');
  const thrown = await page.evaluate(() => {
    const evil = new Proxy(
      {},
      {
        get() {
          throw new Error('get');
        },
        ownKeys() {
          throw new Error('keys');
        },
        has() {
          throw 1;
        },
      }
    );
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const loop = {};
    loop.loop = loop;
    const values = [
      undefined,
      null,
      0,
      '',
      'x',
      Symbol('x'),
      1n,
      [],
      {},
      loop,
      evil,
      proxy,
      () => {},
      new Date(NaN),
      {
        get name() {
          throw 1;
        },
      },
      {
        toString() {
          throw 2;
        },
      },
      Object.create(null),
      'x'.repeat(1e6),
      { name: 'x'.repeat(1e6) },
      '\ud800',
      'a\0b',
    ];
    const thrown = [];
    // `stop` and `init` come last, because they end the agent.
    const names = Object.keys(tracebeam).filter((name) => !['version', 'stop', 'init'].includes(name));
    for (const name of [...names, 'stop', 'init']) {
      for (const value of values) {
        try {
          tracebeam[name](value, value);
        } catch (error) {
          thrown.push(`${name}: ${error}`);
        }
      }
    }
    return thrown;
  });
  assert.deepEqual(thrown, []);
  await page.evaluate((pid) => tracebeam.init({ pid, endpoint: '/rum', tracing: true }), pid);
  await request(page, '/api/goes-on');
  await flush(page);
  assert.equal((await event('/api/goes-on')).trace_context_hint, 'set');
  assert.ok(warnings.length < 40, `${warnings.length} warnings`);
});

test('without an agent every call is nothing, said once; after stop() as well, and init() brings it back', async (t) => {
  const { page, warnings } = await open(t, null);
  const calls = () =>
    page.evaluate(() => {
      for (let i = 0; i < 2; i++) {
        tracebeam.setConfig('env', 'x');
        tracebeam.setUser({ name: 'x' });
        tracebeam.setView('x');
        tracebeam.sendEvent({ name: 'x' });
        tracebeam.flush();
      }
      return [tracebeam.getTraceContext('/'), tracebeam.getConfig()];
    });
  const nothing = [{ hint: 'not_ready', headers: null }, {}];
  assert.deepEqual(await calls(), nothing);
  const said = [
    'endpoint must',
    'pid must',
    'sendEvent: no',
    'setConfig: no',
    'setView: no',
    'getTraceContext: no',
    'getConfig: no',
  ].sort();
  assert.deepEqual(warnings.map((text) => text.split(' ').slice(1, 3).join(' ')).sort(), said);
  assert.equal(
    await page.evaluate(() => tracebeam.init({ pid: 'again', endpoint: '/rum', tracing: true }).getTraceContext('/').hint),
    'set'
  );
  await page.evaluate(() => tracebeam.stop());
  assert.deepEqual(await calls(), nothing);
  assert.equal(warnings.length, said.length, 'nothing new');
});

test("ten thousand changes of the configuration leave the module's memory as it is", { timeout: 120_000 }, async (t) => {
  const { page } = await open(t, "tracing: { allowedUrls: ['https://a.example/v1', /b/, () => false] }", { before: SPY });
  const pages = await page.evaluate(() => {
    const pages = [];
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 1000; i++) tracebeam.setUser({ name: 'x'.repeat(i % 1000) });
      pages.push(engineMemory.buffer.byteLength / 65_536);
    }
    return pages;
  });
  assert.equal(pages.at(-1), pages[0], pages.join());
});
