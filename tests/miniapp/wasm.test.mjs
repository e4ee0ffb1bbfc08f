// `tracebeam/miniapp/wasm`: the same engine as a WebAssembly file of the package, which takes a moment to load.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DIST } from './lib/app.mjs';
import { everywhere } from './lib/cases.mjs';
import { checkFirstVersion } from './lib/mvp.mjs';

const file = (name) => fileURLToPath(new URL(`wasm/${name}`, DIST));
// The folder `wasm` of the package, copied as docs/miniprogram.md says.
const PATH = '/tracebeam/core.wasm.br';
const wasm = { [PATH]: file('core.wasm.br'), '/static/core.wasm': file('core.wasm') };
const options = { entry: 'wasm/index.js', wasm, wasmDelay: 300 };

everywhere(
  'early requests are reported with right times and not_ready, later ones are traced',
  ['wechat', 'douyin'],
  async ({ site, launch, events }) => {
    const app = launch(options);
    const before = Date.now();
    await app.start({}, `call({ url: '${site.url}/early', success: function () { say('early', Date.now()); } });`);
    const ended = await app.hears('early');
    const [early] = await events();
    assert.deepEqual([early.name, early.trace_context_hint, early.outcome, early.status_code], ['/early', 'not_ready', 'ok', 200]);
    assert.ok(early.timestamp >= before - 1 && early.timestamp + early.duration <= ended + 5, JSON.stringify([before, early, ended]));
    await app.code(`call({ url: '${site.url}/late', success: function () {} });`);
    const found = await events(2);
    assert.equal(found[1].trace_context_hint, 'set');
    assert.deepEqual(
      site.requests.map(({ headers }) => !!headers.traceparent),
      [false, true]
    );
  },
  options
);

everywhere('the module lies where the application says', ['wechat', 'douyin'], async ({ site, launch, events }) => {
  const app = launch({ ...options, wasmDelay: 0 });
  await app.start({ wasmPath: '/static/core.wasm' }, `call({ url: '${site.url}/a', success: function () {} });`);
  await events();
  assert.deepEqual(app.warnings(), []);
});

everywhere('a path that is none: one warning, and the default', ['wechat', 'douyin'], async ({ site, launch, events }) => {
  const app = launch({ ...options, wasmDelay: 0 });
  await app.start({ wasmPath: 5 }, `call({ url: '${site.url}/a', success: function () {} });`);
  await events();
  assert.deepEqual(app.warnings(), [`[tracebeam] wasmPath must be a path from the root; using ${PATH}`]);
});

everywhere(
  'a missing file, and a host without WebAssembly: one warning, an application that works',
  ['wechat', 'alipay'],
  async ({ site, rum, launch }) => {
    const app = launch({ ...options, wasm: {} });
    await app.start({}, `call({ url: '${site.url}/a', success: function () { say('done'); } });`);
    await app.hears('done');
    await app.until(() => app.warnings().length > 0, 'the warning');
    assert.equal(app.warnings().length, 1);
    await app.code(`call({ url: '${site.url}/b', success: function () { say('again'); } });`);
    await app.hears('again');
    assert.equal(site.requests.length, 2);
    assert.equal(rum.requests.length, 0);
  }
);

test('the module is of WebAssembly’s first version, and the check finds what is not', () => {
  const bytes = readFileSync(file('core.wasm'));
  checkFirstVersion(bytes);
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(bytes)), []);
  const kinds = new Set(WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), ['function', 'memory']);
  // The checker must refuse i32.extend8_s and a function with two results.
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = [1, 4, 1, 0x60, 0, 0];
  assert.throws(
    () => checkFirstVersion(Uint8Array.from([...head, ...type, 3, 2, 1, 0, 10, 9, 1, 7, 0, 0x41, 0, 0xc0, 0x1a, 0x0b, 0x0b])),
    /instruction 0xc0/
  );
  assert.throws(() => checkFirstVersion(Uint8Array.from([...head, 1, 6, 1, 0x60, 0, 2, 0x7f, 0x7f])), /several results/);
});
