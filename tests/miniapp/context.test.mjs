// The context of events: the application, its view, session, and user. And the agent's warnings to the developer.

import assert from 'node:assert/strict';
import { ALL, everywhere } from './lib/cases.mjs';

everywhere('the page’s route is the view, the host says the rest', ALL, async ({ site, rum, launch, events }, host) => {
  const app = launch();
  app.page('pages/index/index');
  await app.start({ env: 'pre', user: { tags: 'x' } }, `call({ url: '${site.url}/a', success: function () { say('done'); } });`);
  await events();
  app.page('pages/cart/cart');
  await app.code(`call({ url: '${site.url}/b', success: function () {} });`);
  await events(2);
  const [first, second] = rum.bundles;
  // Alipay and DingTalk do not give the mini-program's version.
  const version = /^(alipay|dingtalk)$/.test(host) ? {} : { version: '3.2.1' };
  assert.deepEqual(first.app, { id: 'shop', env: 'pre', ...version, type: 'miniapp', host, app_id: 'app1234' });
  assert.equal(first.view.name, 'pages/index/index');
  assert.equal((second.events[0].view || second.view).name, 'pages/cart/cart');
  assert.notEqual(first.view.id, second.view.id);
  assert.equal(second.net.model, 'wifi');
  assert.equal(first.user.tags, 'x');
});

everywhere('before a page is on show, a view has no name', ALL, async ({ site, rum, launch, events }) => {
  const app = launch();
  await app.start({}, `call({ url: '${site.url}/a', success: function () {} });`);
  await events();
  assert.deepEqual(Object.keys(rum.bundles[0].view), ['id']);
});

everywhere('user and session outlive a launch', ALL, async ({ site, rum, launch, events }) => {
  let app = launch();
  await app.start({}, `call({ url: '${site.url}/a', success: function () {} });`);
  await events();
  app.kill();
  app = launch({ storage: app.storage });
  await app.start({}, `call({ url: '${site.url}/b', success: function () {} });`);
  await events(2);
  const [first, second] = rum.bundles;
  assert.match(first.user.id, /^uid_[0-9a-f]{16}$/);
  assert.match(first.session.id, /^[0-9a-f]{32}$/);
  assert.deepEqual([second.user.id, second.session.id], [first.user.id, first.session.id]);
});

everywhere('tracing: true alone injects nothing, and says why once', ALL, async ({ site, launch, events }) => {
  const app = launch();
  await app.start(
    { tracing: true },
    `call({ url: '${site.url}/a', success: function () { call({ url: '${site.url}/b', success: function () {} }); } });`
  );
  const found = await events(2);
  assert.ok(site.requests.every(({ headers }) => !headers.traceparent));
  assert.deepEqual(
    found.map(({ trace_context_hint }) => trace_context_hint),
    ['cross_origin', 'cross_origin']
  );
  assert.equal(app.warnings().length, 1);
  assert.match(app.warnings()[0], /tracing\.allowedUrls must be given in a mini-program/);
});

everywhere('the host may be named', ['alipay', 'qq'], async ({ site, rum, launch, events }, host) => {
  const app = launch();
  await app.start({ host }, `call({ url: '${site.url}/a', success: function () {} });`);
  await events();
  assert.equal(rum.bundles[0].app.host, host);
  await app.code(`tracebeam.stop(); ${app.init({ host: 'nobody' })} call({ url: '${site.url}/b', success: function () {} });`);
  await events(2);
  assert.match(app.warnings().join(), /host must be the name/);
});

everywhere(
  'a global that a framework built under another host’s name does not deceive',
  ['alipay', 'dingtalk', 'douyin', 'baidu', 'kuaishou'],
  async ({ site, rum, launch, events }, host) => {
    const app = launch({ shim: 'wx' });
    await app.start({}, `wx.request({ url: '${site.url}/a', success: function () {} });`);
    const found = await events();
    assert.equal(rum.bundles[0].app.host, host);
    assert.equal(found.length, 1);
    assert.ok(site.requests[0].headers.traceparent);
  }
);

everywhere('nonsense in the configuration is a warning, never an error', ALL, async ({ launch }) => {
  const app = launch();
  await app.code(
    `tracebeam.init(); tracebeam.init(7); tracebeam.init(null);
     tracebeam.init({ get pid() { throw new Error('mine'); } });
     tracebeam.flush(); tracebeam.stop();
     say('same', tracebeam.wrapRequest(api[request]) === api[request]);`
  );
  assert.deepEqual(app.all('same'), [true]);
  assert.ok(
    app.warnings().some((text) => /pid must be/.test(text)),
    app.warnings().join()
  );
});

everywhere('a realm with nothing but the host’s own globals', ALL, async ({ launch }) => {
  const app = launch();
  app.tell({ globals: true });
  const names = await app.hears('globals');
  for (const name of [
    'TextDecoder',
    'URL',
    'crypto',
    'performance',
    'queueMicrotask',
    'WebAssembly',
    'fetch',
    'window',
    'self',
    'atob',
    'print',
    'readFile',
  ]) {
    assert.ok(!names.includes(name), name);
  }
  await app.code(
    `var refused = 0; try { (0, eval)('1'); } catch (e) { refused++; } try { new Function('return 1')(); } catch (e) { refused++; } say('refused', refused);`
  );
  assert.deepEqual(app.all('refused'), [2]);
});
