// Delivery of batches: the application does not notice it, and no failure loses events.

import assert from 'node:assert/strict';
import { ALL, everywhere } from './lib/cases.mjs';

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rumCalls = (app, rum) => app.http.filter(({ url }) => url.startsWith(rum.url));

everywhere('a batch is one POST of the host’s own, untraced, with a short time limit', ALL, async ({ site, rum, launch, events }, host) => {
  const app = launch();
  await app.start({}, `call({ url: '${site.url}/a', success: function () {} });`);
  await events();
  const [{ method, url, headers }] = rum.requests;
  assert.deepEqual([method, url, headers['content-type']], ['POST', '/rum', 'text/plain']);
  assert.equal(headers.traceparent, undefined);
  const [call] = rumCalls(app, rum);
  assert.ok(call.timeout <= 5000, `${call.timeout}`);
  assert.equal(typeof call.data, 'string');
  // Afterwards storage is empty, and the send itself is not recorded.
  await app.until(() => !Object.keys(app.storage).some((key) => /^tracebeam:/.test(key)), 'storage to be empty');
  assert.deepEqual(
    rum.events().map(({ name }) => name),
    ['/a']
  );
  assert.equal(rum.bundles[0].app.host, host);
});

everywhere(
  'two at most are under way, however many wait',
  ['wechat', 'alipay'],
  async ({ site, rum, launch, events }) => {
    const app = launch();
    await app.start(
      { reportConfig: { flushTime: 0, maxEventCount: 1 } },
      `for (var i = 0; i < 12; i++) call({ url: '${site.url}/n', success: function () { say('done'); } });`
    );
    // Most batches wait at this point; hiding the application sends them all.
    await app.hears('done', 12);
    await app.event('AppHide');
    await events(12);
    assert.equal(app.most[rum.url], 2);
    assert.equal(rum.events().length, 12);
  },
  { reply: () => ({ status: 200, body: '', delay: 300 }) }
);

everywhere('what waits leaves at once when the application is hidden', ALL, async ({ site, launch, events }) => {
  const app = launch();
  await app.start({ reportConfig: { flushTime: 10_000 } }, `call({ url: '${site.url}/a', success: function () { say('done'); } });`);
  await app.hears('done');
  await later(50);
  await app.event('AppHide');
  await events();
});

everywhere('flush() sends what waits', ['wechat', 'dingtalk'], async ({ site, launch, events }) => {
  const app = launch();
  await app.start({ reportConfig: { flushTime: 10_000 } }, `call({ url: '${site.url}/a', success: function () { tracebeam.flush(); } });`);
  await events();
});

everywhere('what could not be sent is there at the next launch, and leaves once', ALL, async ({ site, rum, launch, events }) => {
  let app = launch();
  app.online = false;
  await app.start({}, `call({ url: '${site.url}/lost', fail: function () { say('done'); } });`);
  await app.hears('done');
  await app.event('AppHide');
  await app.until(() => Object.keys(app.storage).some((key) => /^tracebeam:rum:shop:\d/.test(key)), 'the batch in storage');
  app.kill();
  assert.equal(rum.bundles.length, 0);
  app = launch({ storage: app.storage });
  await app.start({});
  const [event] = await events();
  assert.deepEqual([event.name, event.outcome], ['/lost', 'network_error']);
  await app.until(() => !Object.keys(app.storage).some((key) => /^tracebeam:/.test(key)), 'storage to be empty');
  app.kill();
  app = launch({ storage: app.storage });
  await app.start({}, `call({ url: '${site.url}/second', success: function () {} });`);
  await events(2);
  assert.deepEqual(
    rum.events().map(({ name }) => name),
    ['/lost', '/second']
  );
});

everywhere(
  'a failing endpoint is tried again',
  ['wechat', 'alipay'],
  async ({ site, rum, launch, events }) => {
    const app = launch();
    await app.start({}, `call({ url: '${site.url}/a', success: function () {} });`);
    await events();
    assert.equal(rum.requests.length, 3);
    assert.equal(rum.events().length, 1);
  },
  { reply: (count) => ({ status: count > 2 ? 200 : 503, body: '' }) }
);

everywhere('an endpoint that is not on the domain list: said once, not tried again, kept', ALL, async ({ site, rum, launch, events }) => {
  let app = launch();
  app.domains = [site.url];
  await app.start(
    { reportConfig: { flushTime: 0, maxEventCount: 1 } },
    `for (var i = 0; i < 5; i++) call({ url: '${site.url}/a', success: function () { say('done'); } });`
  );
  await app.hears('done', 5);
  await app.until(() => app.warnings().length > 0, 'the warning');
  await app.event('AppHide');
  await app.event('AppShow');
  await app.code(`call({ url: '${site.url}/b', success: function () { say('more'); } });`);
  await app.hears('more');
  await later(300);
  assert.equal(app.warnings().length, 1);
  assert.match(app.warnings()[0], /domain list/);
  assert.ok(rumCalls(app, rum).length <= 2, `${rumCalls(app, rum).length} tries`);
  await app.event('AppHide');
  app.kill();
  // By the next launch the owner has registered the endpoint.
  app = launch({ storage: app.storage });
  await app.start({});
  await events(6);
  assert.equal(rum.events().length, 6);
});

everywhere('full or refused storage costs nothing but the next launch', ['wechat', 'qq'], async ({ site, launch, events }) => {
  const app = launch({ noStorage: true });
  await app.start({}, `call({ url: '${site.url}/a', success: function () { say('done'); } });`);
  await app.hears('done');
  await events();
  assert.deepEqual(app.warnings(), []);
});

everywhere('beforeReport and evaluateApi', ['wechat', 'dingtalk'], async ({ site, rum, launch, events }, host) => {
  const app = launch();
  await app.start(
    {
      functions: `{ beforeReport: function (bundle) { bundle.seen = true; return bundle; },
        evaluateApi: function (request, response, error) { return { name: 'judged', message: error ? 'error' : String(response && response.data && 1) }; } }`,
    },
    `call({ url: '${site.url}/a', success: function () {} });`
  );
  const [event] = await events();
  assert.equal(rum.bundles[0].seen, true);
  assert.deepEqual([event.name, event.message], ['judged', '1'], host);
});
