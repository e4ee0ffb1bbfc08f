// Interceptors that the application installs over the agent's wrapper. Each request on the wire is one event, which names the
// URL and the headers that left, also after the agent has looked at its wrappers again.

import assert from 'node:assert/strict';
import { ALL, everywhere } from './lib/cases.mjs';

// Each sends /b for /a by `found`, which is the agent's wrapper.
const INTERCEPTORS = {
  'another URL': `function (o) { return found(Object.assign({}, o, { url: to(o.url) })); }`,
  'another URL, later': `function (o) { later(function () { found(Object.assign({}, o, { url: to(o.url) })); }); }`,
  'options of its own': `function (o) { return found(made(o)); }`,
  'options of its own, later': `function (o) { later(function () { found(made(o)); }); }`,
  'its own callbacks, later': `function (o) {
    later(function () { found(Object.assign({}, o, { url: to(o.url), success: function (r) { o.success(r); }, fail: null })); });
  }`,
};

const HELPERS = `var found = api[request];
  function to(url) { return url.replace('/a', '/b'); }
  function later(work) { Promise.resolve().then(work); }
  function made(o) {
    var options = { url: to(o.url), success: function (r) { o.success(r); } };
    options[HEADERS] = { 'X-Token': 'mine' };
    return options;
  }`;

const calls = (site, names) =>
  names.map((name) => `call({ url: '${site.url}/a/${name}', success: function () { say('done'); } });`).join('\n');

const byUrl = (list) => list.map(({ url, traceparent, headers }) => [url, traceparent || headers.traceparent]).sort();
const onWire = (site) => byUrl(site.requests.map(({ url, headers }) => ({ url: site.url + url, headers })));

for (const [name, interceptor] of Object.entries(INTERCEPTORS)) {
  everywhere(`an interceptor with ${name}: one event for each request, as it left`, ALL, async ({ site, launch, events }) => {
    const app = launch();
    await app.start({}, `${HELPERS} api[request] = ${interceptor};`);
    // The first calls after the application has come back, two at once, and some more.
    await app.event('AppHide');
    await app.event('AppShow');
    await app.code(calls(site, ['x', 'y']));
    await app.hears('done', 2);
    await app.event('AppHide');
    await app.event('AppShow');
    await app.code(calls(site, ['z']));
    await app.hears('done', 3);
    const found = await events(3);
    assert.deepEqual(byUrl(found), onWire(site));
    assert.deepEqual(
      found.map(({ url, trace_context_hint }) => [url.replace(site.url, ''), trace_context_hint]).sort(),
      ['x', 'y', 'z'].map((path) => [`/b/${path}`, 'set'])
    );
    assert.ok(onWire(site).every(([, traceparent]) => /^00-/.test(traceparent)));
  });
}

everywhere('an interceptor that asks for a token first: its own request is an event too', ALL, async ({ site, launch, events }) => {
  const app = launch();
  await app.start(
    {},
    `${HELPERS} api[request] = function (o) {
       found({ url: '${site.url}/token', success: function () { found(Object.assign({}, o, { url: to(o.url) })); } });
     };`
  );
  await app.event('AppHide');
  await app.event('AppShow');
  await app.code(calls(site, ['x']));
  await app.hears('done');
  await app.code(calls(site, ['y']));
  await app.hears('done', 2);
  assert.deepEqual(byUrl(await events(4)), onWire(site));
});

everywhere(
  'a function that calls the host past the agent is traced when the application is back',
  ALL,
  async ({ site, launch, events }) => {
    const app = launch();
    await app.code(
      `var kept = api[request];
     ${app.init()}
     api[request] = function (o) { return kept(Object.assign({}, o, { url: o.url.replace('/a', '/b') })); };`
    );
    await app.event('AppHide');
    await app.event('AppShow');
    for (const [before, name] of ['x', 'y', 'z'].entries()) {
      await app.code(calls(site, [name]));
      await app.hears('done', before + 1);
    }
    const found = await events(3);
    assert.deepEqual(
      found.map(({ name, trace_context_hint }) => [name, trace_context_hint]),
      [
        // Whether this function calls the agent's wrapper is known once its first call is over.
        ['/a/x', 'patch_failed'],
        ['/a/y', 'set'],
        ['/a/z', 'set'],
      ]
    );
    assert.deepEqual(
      site.requests.map(({ headers }) => headers.traceparent),
      found.map(({ traceparent }) => traceparent)
    );
  }
);
