// The options of a call reach the host as the application wrote them, but for the trace headers and the agent's callbacks.

import assert from 'node:assert/strict';
import { ALL, everywhere } from './lib/cases.mjs';

// An instance whose callbacks are the class's, with a private field, a getter that counts, and a member that nothing enumerates.
const INSTANCE = (url) => `var reads = 0;
  class Request {
    #path = '/class';
    constructor() {
      this.method = 'POST';
      Object.defineProperty(this, 'timeout', { value: 4321 });
      Object.defineProperty(this, 'mood', { enumerable: true, get: function () { return this.#path; }.bind(this) });
    }
    get url() { reads++; return '${url}' + this.#path; }
    get data() { return 'path=' + this.#path; }
    success(r) { say('success', [this === options, this.#path, statusOf(r)]); }
    complete() { say('complete', [this === options, this.#path]); }
  }
  var options = new Request();`;

everywhere('an instance of a class: its callbacks are called, its members arrive', ALL, async ({ site, launch, events }) => {
  const app = launch();
  await app.start(
    {},
    `${INSTANCE(site.url)}
     var before = JSON.stringify([Object.getOwnPropertyNames(options), Object.keys(options)]);
     call(options);
     say('untouched', before === JSON.stringify([Object.getOwnPropertyNames(options), Object.keys(options)]));`
  );
  await app.hears('complete');
  assert.deepEqual(app.all('success'), [[true, '/class', 200]]);
  assert.deepEqual(app.all('complete'), [[true, '/class']]);
  assert.deepEqual(app.all('untouched'), [true]);
  const [wire] = site.requests;
  assert.deepEqual([wire.method, wire.url, wire.body, app.http[0].timeout], ['POST', '/class', 'path=/class', 4321]);
  const [event] = await events();
  assert.deepEqual([event.name, event.method, event.traceparent], ['/class', 'POST', wire.headers.traceparent]);
});

everywhere('prototype, getters and enumeration are what they were, and a getter is called once', ALL, async ({ launch, site }) => {
  const app = launch();
  await app.start(
    {},
    `${INSTANCE(site.url)}
     tracebeam.wrapRequest(function (o) {
       var keys = [];
       for (var key in o) keys.push(key);
       say('seen', [o instanceof Request, Object.getPrototypeOf(o) === Request.prototype, o !== options, keys.sort(), o.url, o.url, o.mood,
         typeof Object.getOwnPropertyDescriptor(o, 'mood').get]);
       o.success({ statusCode: 200 });
     })(options);
     say('reads', reads);
     tracebeam.wrapRequest(function (o) {
       var keys = [];
       for (var key in o) keys.push(key);
       say('inherited', [keys.sort(), Object.keys(o).indexOf('data')]);
       o.success({ statusCode: 200 });
     })(Object.create({ data: 1, success: function () { say('called', this.url); } }, { url: { value: '${site.url}/i', enumerable: true } }));`
  );
  const [seen] = app.all('seen');
  const header = seen[3].filter((key) => /^headers?$/.test(key));
  assert.equal(header.length, 1);
  assert.deepEqual(
    [...seen.slice(0, 3), seen[3].filter((key) => key !== header[0])],
    [true, true, true, ['fail', 'method', 'mood']],
    'of the callbacks that it lacked, `fail` alone is added'
  );
  assert.deepEqual(seen.slice(4), [`${site.url}/class`, `${site.url}/class`, '/class', 'function']);
  assert.deepEqual(app.all('reads'), [1]);
  const [[keys, own]] = app.all('inherited');
  assert.deepEqual(
    keys.filter((key) => key !== header[0]),
    ['data', 'fail', 'success', 'url']
  );
  assert.equal(own, -1, 'what was inherited stays inherited');
  assert.deepEqual(app.all('called'), [`${site.url}/i`]);
});

// Alipay's newer versions read `header` where there are no `headers`.
const STRICT = ALL.filter((host) => host !== 'alipay');

everywhere(
  'a key that this host ignores stays ignored: traced and untraced requests differ by our headers alone',
  STRICT,
  async (scene) => {
    const { site, launch, events } = scene;
    const app = launch();
    const options = `var options = { url: '${site.url}/form', method: 'POST', data: '{"a":1}', success: function () { say('done'); } };
     options[HEADERS === 'header' ? 'headers' : 'header'] = { 'content-type': 'application/json', 'x-ignored': '1' };`;
    await app.code(`${options} call(options);`);
    await app.hears('done');
    await app.start({}, `${options} call(options);`);
    await app.hears('done', 2);
    await events();
    const [untraced, traced] = site.requests;
    const { traceparent, tracestate, ...rest } = traced.headers;
    assert.match(traceparent, /^00-/);
    assert.match(tracestate, /^rum=/);
    assert.deepEqual([rest, traced.body], [untraced.headers, untraced.body]);
    assert.deepEqual(app.http[1].other, app.http[0].other);
  }
);
