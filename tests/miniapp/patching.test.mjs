// The agent's wrappers on the host's object: devices that refuse them, aliases, other SDKs, and removal.

import assert from 'node:assert/strict';
import { ALL, everywhere } from './lib/cases.mjs';
import { HOSTS } from './lib/hosts.mjs';

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;

everywhere('a device whose request is a getter that swallows assignments', ['wechat', 'douyin'], async ({ site, launch, events }) => {
  const app = launch({ getterOnly: true });
  await app.start(
    {},
    `var native = Object.getOwnPropertyDescriptor(api, 'request'); call({ url: '${site.url}/g', success: function () { say('done'); } });`
  );
  await app.hears('done');
  assert.match(site.requests[0].headers.traceparent, TRACEPARENT);
  await events();
  await app.code(`tracebeam.stop(); say('restored', typeof Object.getOwnPropertyDescriptor(api, 'request').get);`);
  assert.equal(await app.hears('restored'), 'function');
});

everywhere('a device that refuses: one warning, and wrapRequest()', ['wechat', 'alipay'], async ({ site, launch, events }) => {
  const app = launch({ getterOnly: 'locked' });
  await app.start(
    {},
    `call({ url: '${site.url}/plain', success: function () {
       tracebeam.wrapRequest(api[request])({ url: '${site.url}/wrapped', success: function () { say('done'); } });
     } });`
  );
  await app.hears('done');
  assert.deepEqual(app.warnings(), ['[tracebeam] this device does not let request functions be replaced: use wrapRequest()']);
  assert.deepEqual(
    site.requests.map(({ headers }) => !!headers.traceparent),
    [false, true]
  );
  assert.equal((await events()).length, 1);
});

everywhere('one function under several names is traced once', ['dingtalk', 'qq', 'alipay'], async ({ site, launch, events }, host) => {
  const app = launch();
  const { alias, functions } = HOSTS[host];
  const other = alias ? Object.keys(alias)[0] : 'my';
  const name = alias ? alias[other][0] : functions[1];
  await app.start(
    {},
    `${other}.${name}({ url: '${site.url}/alias', success: function () { call({ url: '${site.url}/own', success: function () { say('done'); } }); } });`
  );
  await app.hears('done');
  assert.ok(site.requests.every(({ headers }) => TRACEPARENT.test(headers.traceparent)));
  await app.event('AppHide');
  await app.event('AppShow');
  assert.deepEqual(
    (await events(2)).map(({ name }) => name),
    ['/alias', '/own']
  );
});

everywhere(
  'an SDK that wraps over us or beneath us, a retry in a callback, a second init: one event each',
  ALL,
  async ({ site, launch, events }) => {
    const app = launch();
    await app.code(
      `var beneath = api[request];
     api[request] = function (o) { return beneath(Object.assign({ marked: 1 }, o)); };
     ${app.init()}
     var above = api[request];
     api[request] = function (o) { return above(o); };
     tracebeam.init({ pid: 'other', endpoint: 'https://other.example/' });
     var left = 2;
     call({ url: '${site.url}/status/500', success: again, fail: again });
     function again() { if (--left) call({ url: '${site.url}/status/500', success: again, fail: again }); else say('done'); }`
    );
    await app.hears('done');
    // When the application comes back, the agent wraps the function that replaced its own; there is still one event per request.
    await app.event('AppHide');
    await app.event('AppShow');
    await app.code(`call({ url: '${site.url}/last', success: function () { say('last'); } });`);
    await app.hears('last');
    const found = (await events(3)).map(({ name }) => name);
    assert.deepEqual(found, ['/status/{id}', '/status/{id}', '/last']);
    assert.equal(site.requests.length, 3);
  }
);

everywhere('stop() leaves the host as it was', ALL, async ({ site, launch }) => {
  const app = launch();
  await app.code(
    `var before = Object.getOwnPropertyDescriptor(api, request);
     ${app.init()}
     say('wrapped', api[request] !== before.value);
     tracebeam.stop();
     var now = Object.getOwnPropertyDescriptor(api, request);
     say('same', now.value === before.value && now.writable === before.writable && now.enumerable === before.enumerable);
     call({ url: '${site.url}/after', success: function () { say('done'); } });`
  );
  await app.hears('done');
  assert.deepEqual([...app.all('wrapped'), ...app.all('same')], [true, true]);
  assert.equal(site.requests[0].headers.traceparent, undefined);
});

everywhere('nonsense goes to the host as it came', ALL, async ({ launch }) => {
  const app = launch();
  await app.start(
    {},
    `[undefined, null, 7, 'https://x.example/'].forEach(function (value) { try { call(value); say('no'); } catch (e) { say('refused', e.message); } });
     call({ url: 'relative/path', fail: function () { say('failed'); } });
     call({ fail: function () { say('failed'); } });`
  );
  await app.until(() => app.all('refused').length === 4, 'four refusals');
  assert.ok(app.all('refused').every((message) => /parameter must be an object/.test(message)));
});
