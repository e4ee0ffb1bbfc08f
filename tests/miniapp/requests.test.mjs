// Requests of mini-programs: headers are added, callbacks and return values are not changed, and each request is one event.

import assert from 'node:assert/strict';
import { ALL, everywhere } from './lib/cases.mjs';
import { HOSTS } from './lib/hosts.mjs';

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;
const OWN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

everywhere('the first request of app.js is traced, and reported as what went out', ALL, async ({ site, launch, events }, host) => {
  const app = launch();
  await app.start({}, `call({ url: '${site.url}/a/77?b=1', success: function (r) { say('done', statusOf(r)); } });`);
  assert.equal(await app.hears('done'), 200);
  const [{ headers }] = site.requests;
  assert.match(headers.traceparent, TRACEPARENT);
  assert.match(headers.tracestate, /^rum=v2&miniapp&shop&[0-9a-f]{32}$/);
  const [event] = await events();
  assert.equal(event.traceparent, headers.traceparent);
  assert.equal(event.type, HOSTS[host].functions[0]);
  assert.equal(event.url, `${site.url}/a/77?b=1`);
  assert.equal(event.name, '/a/{id}');
  assert.deepEqual([event.status_code, event.success, event.outcome, event.trace_context_hint], [200, 1, 'ok', 'set']);
  assert.ok(Math.abs(event.timestamp - Date.now()) < 60_000 && event.duration < 60_000, JSON.stringify(event));
  assert.deepEqual(app.warnings(), []);
});

everywhere(
  'callbacks come once, with their own this and arguments, and what they throw is theirs',
  ALL,
  async ({ site, launch, events }) => {
    const app = launch();
    await app.start(
      {},
      `var options = { url: '${site.url}/x',
      success: function (r) { say('success', [this === options, arguments.length, statusOf(r)]); throw new Error('mine'); },
      fail: function () { say('fail', 1); },
      complete: function (r) { say('complete', [this === options, arguments.length, statusOf(r)]); } };
    Object.freeze(options);
    var before = JSON.stringify(Object.keys(options));
    call(options);
    say('untouched', before === JSON.stringify(Object.keys(options)) && options[HEADERS] === undefined);`
    );
    await app.hears('complete');
    await events();
    assert.deepEqual(app.all('success'), [[true, 1, 200]]);
    assert.deepEqual(app.all('complete'), [[true, 1, 200]]);
    assert.deepEqual(app.all('thrown'), ['mine']);
    assert.deepEqual(app.all('fail'), []);
    assert.deepEqual(app.all('untouched'), [true]);
  }
);

everywhere('complete alone is enough to know the end', ALL, async ({ site, launch, events }) => {
  const app = launch();
  await app.start(
    {},
    `call({ url: '${site.url}/status/503', complete: function (r) { say('complete', statusOf(r)); } });
     call({ url: '${site.url}/break', complete: function () { say('complete', 'none'); } });`
  );
  await app.hears('complete', 2);
  const found = (await events(2)).map(({ status_code, outcome }) => `${status_code} ${outcome}`).sort();
  assert.deepEqual(found, ['503 http_error', 'undefined network_error']);
});

everywhere('what the host returns is returned: a task that aborts, a promise', ALL, async ({ site, launch, events }, host) => {
  const app = launch();
  await app.start(
    {},
    `var native = api[request];
     var task = call({ url: '${site.url}/slow/20000', success: function () {}, fail: function (r) { say('aborted', r); } });
     say('task', [typeof task.abort, typeof task.onHeadersReceived]);
     task.abort();
     var answer = call({ url: '${site.url}/quiet' });
     if (answer && answer.then) answer.then(function (r) { say('promised', statusOf(r)); });
     else say('promised', 'none');`
  );
  assert.deepEqual(await app.hears('task'), ['function', 'function']);
  await app.hears('aborted');
  assert.equal(await app.hears('promised'), HOSTS[host].promises ? 200 : 'none');
  const found = await events(2);
  const outcomes = found.map(({ name, outcome, success }) => [name, outcome, success]).sort();
  assert.deepEqual(outcomes, [
    ['/quiet', 'ok', 1],
    ['/slow/{id}', 'abort', -1],
  ]);
  // The agent adds no callbacks where they would keep the host from returning a promise.
  const quiet = app.http.find(({ url }) => url.endsWith('/quiet'));
  if (HOSTS[host].promises) assert.ok(!quiet.keys.includes('success') && !quiet.keys.includes('fail'), `${quiet.keys}`);
});

everywhere(
  'a promise that fails is the application’s, and the event knows',
  ['alipay', 'dingtalk', 'baidu'],
  async ({ site, launch, events }) => {
    const app = launch();
    await app.start(
      {},
      `call({ url: '${site.url}/break' }).then(function () { say('no'); }, function (e) { say('rejected', e.errorMessage || e.errMsg); });`
    );
    assert.match(await app.hears('rejected'), /hang up/);
    const [event] = await events();
    assert.equal(event.outcome, 'network_error');
    assert.match(event.message, /hang up/);
  }
);

everywhere(
  'a host without promises after all loses its first silent call’s end, and no other',
  ['alipay', 'baidu'],
  async ({ site, launch, events }) => {
    const app = launch({ hosted: { promises: false } });
    await app.start({}, `call({ url: '${site.url}/first' });`);
    await app.code(`call({ url: '${site.url}/second' });`);
    const found = (await events(2)).map(({ name, outcome, incomplete, trace_id }) => [name, outcome, incomplete, typeof trace_id]);
    assert.deepEqual(found, [
      ['/first', undefined, true, 'string'],
      ['/second', 'ok', undefined, 'string'],
    ]);
  }
);

everywhere('trace headers go where this host reads them; the other key stays as it is', ALL, async ({ site, launch }) => {
  const app = launch();
  await app.start(
    {},
    `var options = { url: '${site.url}/h', success: function () { say('done'); } };
     options[HEADERS] = { 'X-App': 'one' };
     options[HEADERS === 'header' ? 'headers' : 'header'] = { other: 'kept' };
     call(options);
     say('same', JSON.stringify(options[HEADERS]));`
  );
  await app.hears('done');
  assert.deepEqual(app.http[0].other, { other: 'kept' });
  assert.equal(site.requests[0].headers['x-app'], 'one');
  assert.match(site.requests[0].headers.traceparent, TRACEPARENT);
  assert.deepEqual(app.all('same'), ['{"X-App":"one"}']);
  assert.ok(Object.values(app.http[0].headers).every((value) => typeof value === 'string'));
});

everywhere('an application’s own traceparent is adopted, and tracestate gains our member', ALL, async ({ site, launch, events }) => {
  const app = launch();
  await app.start(
    {},
    `var options = { url: '${site.url}/own', success: function () { say('done'); } };
     options[HEADERS] = { TraceParent: '${OWN}', tracestate: 'them=1' };
     call(options);`
  );
  await app.hears('done');
  const { headers } = site.requests[0];
  assert.equal(headers.traceparent, OWN);
  assert.match(headers.tracestate, /^rum=v2&miniapp&shop&[0-9a-f]{32},them=1$/);
  const [event] = await events();
  assert.equal(event.trace_id, OWN.slice(3, 35));
  assert.equal(event.trace_context_hint, 'external');
  const { spanId, headers: named } = JSON.parse(event.trace_data);
  assert.equal(named.traceparent, OWN);
  assert.notEqual(spanId, OWN.slice(36, 52), 'the event has a span of its own');
});

everywhere('all protocols, and what was not allowed gets none', ALL, async ({ site, launch, events }) => {
  const app = launch();
  const propagatorTypes = ['tracecontext', 'b3', 'b3multi', 'jaeger'];
  await app.start(
    { tracing: { baggage: true, allowedUrls: [{ match: `${site.url}/in`, propagatorTypes }] } },
    `call({ url: '${site.url}/in/x', success: function () { call({ url: '${site.url}/in/../out', success: function () { say('done'); } }); } });`
  );
  await app.hears('done');
  const [{ headers: inside }, { headers: outside }] = site.requests;
  const trace = inside.traceparent.slice(3, 35);
  for (const name of ['b3', 'x-b3-traceid', 'uber-trace-id']) assert.ok(inside[name].startsWith(trace), name);
  assert.match(inside.baggage, /rum=v2,appType=miniapp,pid=shop/);
  assert.ok(!Object.keys(outside).some((name) => /trace|b3|baggage/.test(name)), JSON.stringify(outside));
  assert.equal((await events(2))[1].trace_context_hint, 'no_match');
});

everywhere('RegExp and predicate rules', ALL, async ({ site, launch }) => {
  const app = launch();
  await app.start(
    { functions: `{ tracing: { allowedUrls: [/\\/re$/g, function (url) { say('asked', url); return /fn$/.test(url); }] } }` },
    `['re', 'fn', 'no'].forEach(function (path) { call({ url: '${site.url}/' + path, success: function () { say('done'); } }); });`
  );
  await app.hears('done', 3);
  const traced = site.requests
    .filter(({ headers }) => headers.traceparent)
    .map(({ url }) => url)
    .sort();
  assert.deepEqual(traced, ['/fn', '/re']);
  assert.deepEqual(app.all('asked'), [`${site.url}/fn`, `${site.url}/no`]);
});

everywhere('files up and down', ALL, async ({ site, launch, events }) => {
  const app = launch();
  await app.start(
    {},
    `call({ url: '${site.url}/up', filePath: 'wxfile://a', name: 'f', success: function () { say('done'); } }, 'uploadFile');
     call({ url: '${site.url}/down', success: function (r) { say('done', r.tempFilePath || r.apFilePath); } }, 'downloadFile');`
  );
  await app.hears('done', 2);
  assert.ok(site.requests.every(({ headers }) => TRACEPARENT.test(headers.traceparent)));
  const found = (await events(2)).map(({ type, method, outcome, success }) => [type, method, outcome, success]).sort();
  assert.deepEqual(found, [
    ['downloadFile', 'GET', 'ok', 1],
    ['uploadFile', 'POST', 'ok', 1],
  ]);
});

everywhere('HTTP errors, broken connections and time limits are one schema', ALL, async ({ site, launch, events }) => {
  const app = launch();
  await app.start(
    {},
    `['status/404', 'break'].forEach(function (path) {
       call({ url: '${site.url}/' + path, success: function () { say('done'); }, fail: function () { say('done'); } });
     });
     call({ url: '${site.url}/slow/20000', timeout: 200, fail: function () { say('done'); } });`
  );
  await app.hears('done', 3);
  const found = (await events(3)).map(({ name, status_code, success, outcome }) => [name, status_code, success, outcome]).sort();
  assert.deepEqual(found, [
    ['/break', undefined, 0, 'network_error'],
    ['/slow/{id}', undefined, 0, 'timeout'],
    ['/status/{id}', 404, 0, 'http_error'],
  ]);
});

everywhere('an HTTP error that the host calls a failure keeps its status', ['alipay', 'dingtalk'], async ({ site, launch, events }) => {
  const app = launch({ httpErrorsFail: true });
  await app.start(
    {},
    `call({ url: '${site.url}/status/500', success: function () { say('no'); }, fail: function (e) { say('failed', e.error); } });`
  );
  assert.equal(await app.hears('failed'), 19);
  const [event] = await events();
  assert.deepEqual([event.status_code, event.outcome], [500, 'http_error']);
});

everywhere('an answer that the host cannot parse is an answer', ['alipay', 'dingtalk'], async ({ site, launch, events }) => {
  const app = launch();
  await app.start({}, `call({ url: '${site.url}/text', fail: function (e) { say('failed', e.error); } });`);
  assert.equal(await app.hears('failed'), 14);
  const [event] = await events();
  assert.deepEqual([event.outcome, event.success, event.status_code, event.incomplete], ['ok', 1, undefined, undefined]);
});

everywhere('res.profile becomes phases, Server-Timing a trace', ALL, async ({ site, launch, events }, host) => {
  const app = launch();
  await app.start({}, `call({ url: '${site.url}/timing', success: function () { say('done'); } });`);
  const [event] = await events();
  assert.equal(event.server_timing_hint, 'mismatch');
  assert.equal(event.server_timing_trace_id, '0af7651916cd43dd8448eb211c80319c');
  assert.equal(event.protocol, HOSTS[host].profile ? 'http/1.1' : undefined);
  assert.equal(event.ssl_duration, undefined, 'it was no TLS');
  assert.equal(event.connect_duration, undefined, 'the connection was there');
});

everywhere('phases are as measured, or none where the unit cannot be right', ['wechat', 'douyin'], async ({ site, launch, events }) => {
  const app = launch();
  // Replaces the host's profile, below the agent, by one with known numbers: once in ms, once in µs.
  await app.start(
    {},
    `function fake(unit) {
       return function (o) {
         var at = unit * 1e6;
         setTimeout(function () {
           o.success({ statusCode: 200, header: {}, errMsg: 'request:ok', profile: {
             redirectStart: 0, redirectEnd: 0, fetchStart: at, domainLookUpStart: at + unit, domainLookUpEnd: at + 4 * unit, connectStart: at + 4 * unit,
             SSLconnectionStart: at + 6 * unit, SSLconnectionEnd: at + 11 * unit, connectEnd: at + 11 * unit, requestStart: at + 12 * unit,
             responseStart: at + 32 * unit, responseEnd: at + 40 * unit, protocol: 'h2', receivedBytedCount: 900 } });
         }, 50);
         return {};
       };
     }
     tracebeam.wrapRequest(fake(1))({ url: '${site.url}/ms', success: function () { say('done'); } });
     tracebeam.wrapRequest(fake(1000))({ url: '${site.url}/us', success: function () { say('done'); } });`
  );
  await app.hears('done', 2);
  const found = (await events(2)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const phases = ({ dns_duration, connect_duration, ssl_duration, first_byte_duration, download_duration, protocol }) => [
    dns_duration,
    connect_duration,
    ssl_duration,
    first_byte_duration,
    download_duration,
    protocol,
  ];
  assert.deepEqual(phases(found[0]), [3, 7, 5, 20, 8, 'h2']);
  assert.deepEqual(phases(found[1]), [undefined, undefined, undefined, undefined, undefined, 'h2']);
});
