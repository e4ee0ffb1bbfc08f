// Cases of fetch, named by the codes of docs/pitfalls.md. Each case says what the page does; the comparison with a page
// without the agent decides what is right (lib/differ.mjs).

// Headers of a Request, and headers of an init, which replace them.
add('F1: a Request keeps its own headers', { traced: 1 }, (t) => outcome(() => fetch(new Request(t.url('a'), { headers: { 'X-Own': '1', 'x-two': '2' } }))));
add('F2: init.headers replace the Request\'s', { traced: 1 }, (t) =>
  outcome(() => fetch(new Request(t.url('a'), { headers: { 'x-own': '1' } }), { headers: { 'x-new': '2' } })));
add('F2: other members of init win, the Request\'s headers stay', { traced: 2 }, async (t) => [
  await outcome(() => fetch(new Request(t.url('a'), { headers: { 'X-Own': '1' }, credentials: 'include' }), { method: 'PUT', credentials: 'omit' })),
  await outcome(() => fetch(new Request(t.url('b'), { headers: { 'x-own': '1' }, method: 'POST', body: 'old' }), { body: 'new' })),
]);
add('F2: an empty init is no init', { traced: 1 }, (t) => outcome(() => fetch(new Request(t.url('a'), { referrer: t.url('from') }), {})));

// Bodies.
add('F3: the body of a Request is used up once, traced or not', { traced: 1 }, async (t) => {
  const out = [];
  for (const url of [t.url('a'), t.cross('b')]) {
    const request = new Request(url, { method: 'POST', body: 'body' });
    out.push(await outcome(() => fetch(request)), request.bodyUsed, await outcome(() => fetch(request)));
  }
  return out;
});
add('F3: a Request whose body is replaced or refused keeps its own', { traced: 1 }, async (t) => {
  const replaced = new Request(t.url('a'), { method: 'POST', body: 'one' });
  const refused = new Request(t.url('b'), { method: 'POST', body: 'two' });
  return [
    await outcome(() => fetch(replaced, { body: 'other' })), replaced.bodyUsed,
    await outcome(() => fetch(refused, { method: 'GET' })), refused.bodyUsed,
    await outcome(() => fetch(refused, { mode: 'what' })), refused.bodyUsed,
  ];
});
add('F3: as ky does it: a Request built from another and an init', { traced: 1 }, (t) => {
  const request = new Request(new Request(t.url('a'), { method: 'POST', body: '{}' }), { headers: { 'content-type': 'application/json' } });
  return outcome(() => fetch(request.clone(), {}));
});
add('F4: a Request as init', { traced: 'all' }, async (t) => [
  await outcome(() => fetch(t.path('a'), new Request(t.url('x'), { method: 'POST', body: 'text', headers: { 'x-own': '1' } }))).then((text) => text.replace(/^threw.*/, 'threw')),
  await outcome(() => fetch(t.path('b'), new Request(t.url('x'), { method: 'DELETE', headers: { 'x-own': '1' } }))),
]);
add('F10: a streaming body goes by reference, with duplex and without', { traced: 'all' }, async (t) => {
  const stream = (text) => new ReadableStream({ start(to) { to.enqueue(new TextEncoder().encode(text)); to.close(); } });
  const one = stream('a');
  return [
    // Chromium refuses the first one over HTTP/1.1, with and without the agent.
    await outcome(() => fetch(t.path('a'), { method: 'POST', body: one, duplex: 'half' })), one.locked,
    await outcome(() => fetch(t.path('b'), { method: 'POST', body: stream('b') })),
    await outcome(() => fetch(new Request(t.url('c'), { method: 'POST', body: stream('c'), duplex: 'half' }))),
  ];
});
add('F10: every body of an init arrives', { traced: 6 }, async (t) => {
  const form = new FormData();
  form.append('a', '1');
  const bodies = ['text', new Blob(['blob'], { type: 'text/x' }), new Uint8Array([65, 66]), new URLSearchParams('a=1'), new Uint8Array([67]).buffer];
  const out = [];
  for (const body of bodies) out.push(await outcome(() => fetch(t.path('a'), { method: 'POST', body })));
  out.push(await outcome(() => fetch(t.path('a'), { method: 'POST', body: new Blob(['b']), headers: { 'Content-Type': 'x/y' } })));
  return out;
});

// Every form of headers.
add('F5: headers in every form keep all entries and their case', { traced: 11 }, async (t) => {
  const map = new Map([['X-Map', '1']]);
  function* pairs() {
    yield ['X-Gen', '1'];
    yield new Set(['X-Set', '2']);
  }
  class More extends Headers {}
  const forms = [
    { 'X-Own': '1', accept: 'text/x' }, new Headers({ 'X-Own': '1' }), [['X-Own', '1'], ['x-own', '2'], ['X-B', '']], map, pairs(), undefined, {}, [],
    new More([['x-more', '1']]), Object.create({ 'x-not': 'inherited' }, { 'X-Is': { value: 1, enumerable: true }, 'x-hidden': { value: 1 } }), { 'X-Number': 5, 'X-Null': null },
  ];
  const out = [];
  for (const headers of forms) out.push(await outcome(() => fetch(t.path('a'), { headers })));
  return out;
});
add('F5: headers that are none are refused as always', {}, async (t) => {
  const out = [];
  for (const headers of [null, 5, 'x: y', [['a']], [['a', 'b', 'c']], ['ab'], { 'bad name': '1' }, { x: '\u4f60' }, { x: 'a\nb' }, { [Symbol('s')]: '1' }, [5], [null], Symbol('s')])
    out.push(await outcome(() => fetch(t.path('a'), { headers })));
  return out;
});
add('F5: a one-shot iterable is read once, traced or not', { traced: 1 }, async (t) => {
  const out = [];
  for (const url of [t.path('a'), t.cross('b')]) {
    let runs = 0;
    const headers = { *[Symbol.iterator]() { runs++; yield ['x-once', '1']; } };
    out.push(await outcome(() => fetch(url, { headers })), runs);
  }
  return out;
});
add('F5: a header object\'s getters and toStrings run once', { traced: 1 }, async (t) => {
  const log = [];
  const headers = { get 'x-a'() { log.push('a'); return '1'; }, 'x-b': { toString() { log.push('b'); return '2'; } } };
  const seen = new Proxy({ 'x-c': '3' }, { get(target, key) { log.push(String(key)); return target[key]; } });
  return [await outcome(() => fetch(t.path('a'), { headers })), await outcome(() => fetch(t.cross('b'), { headers: { 'x-z': { toString() { log.push('z'); return '1'; } } } })), log, typeof seen];
});

// Arguments of every kind, which are not modified.
add('F6: no init, undefined and null', { traced: 4 }, async (t) => [
  await outcome(() => fetch(t.path('a'))), await outcome(() => fetch(t.path('b'), undefined)), await outcome(() => fetch(t.path('c'), null)), await outcome(() => fetch(t.path('d'), {}, 'more')),
]);
add('F7: frozen and reused init and headers stay as they are', { traced: 3 }, async (t) => {
  const headers = Object.freeze({ 'x-own': '1' });
  const init = Object.freeze({ method: 'POST', headers, body: 'x' });
  const same = new Headers({ a: 'b' });
  const out = [await outcome(() => fetch(t.path('a'), init)), await outcome(() => fetch(t.path('b'), init)), await outcome(() => fetch(t.path('c'), { headers: same }))];
  return [...out, Object.keys(init), Object.keys(headers), [...same]];
});
add('F7: a reused init takes nothing to another origin', { traced: 1 }, async (t) => {
  const init = { headers: { 'x-own': '1' } };
  return [await outcome(() => fetch(t.path('a'), init)), await outcome(() => fetch(t.cross('b'), init)), JSON.stringify(init)];
});
add('F8: the page\'s Request keeps its headers, a clone is sent anew', { traced: 2 }, async (t) => {
  const request = new Request(t.url('a'), { headers: { 'x-own': '1' } });
  const clone = request.clone();
  return [await outcome(() => fetch(request)), [...request.headers], await outcome(() => fetch(clone)), [...clone.headers]];
});
add('F9: class instances, getters and Proxies as init: each member read once, in order', { traced: 4 }, async (t) => {
  class Options {
    #method = 'POST';
    get method() { log.push('method'); return this.#method; }
    get body() { log.push('body'); return 'text'; }
    get headers() { log.push('headers'); return { 'x-own': '1' }; }
  }
  const log = [];
  const note = (target) => new Proxy(target, { get(object, key) { log.push(String(key)); return object[key]; } });
  const dynamic = new Proxy({}, { get: (_, key) => (key === 'method' ? 'PUT' : undefined) });
  const out = [await outcome(() => fetch(t.path('a'), new Options())), await outcome(() => fetch(t.path('b'), { get method() { log.push('m'); return 'PATCH'; } }))];
  out.push(await outcome(() => fetch(t.path('c'), dynamic)), await outcome(() => fetch(t.path('d'), note({ method: 'DELETE' }))));
  // The agent may read members that only newer browsers know and this one does not.
  const known = 'body browsingTopics attributionReporting cache credentials duplex headers integrity keepalive method mode priority redirect referrer referrerPolicy signal m'.split(' ');
  return [out, log.filter((name) => known.includes(name))];
});
add('F9: not traced, an init is read as often as always', {}, async (t) => {
  const log = [];
  const init = { get method() { log.push('method'); return 'POST'; }, get body() { log.push('body'); return 'b'; } };
  return [await outcome(() => fetch(t.cross('a'), init)), log];
});
add('F9: a getter that throws rejects with its error, and runs once', {}, async (t) => {
  const log = [];
  const failing = { get method() { log.push('method'); throw new RangeError('mine'); }, get body() { log.push('body'); } };
  const headers = { [Symbol.iterator]() { log.push('iterator'); throw new RangeError('mine too'); } };
  const input = { toString() { log.push('toString'); throw new RangeError('mine three'); } };
  return [await outcome(() => fetch(t.path('a'), failing)), await outcome(() => fetch(t.path('a'), { headers })), await outcome(() => fetch(input)), log];
});
add('members that somebody put on Object.prototype are not the agent\'s', { traced: 2 }, async (t) => {
  const out = [];
  Object.prototype.headers = { 'x-polluted': '1' };
  Object.prototype.method = 'POST';
  try {
    out.push(await outcome(() => fetch(t.path('a'))), await outcome(() => fetch(t.path('b'), { cache: 'no-store' })));
  } finally {
    delete Object.prototype.headers;
    delete Object.prototype.method;
  }
  return out;
});

// The first argument.
add('F11: relative URLs under a base element', { traced: 2 }, async (t) => {
  const base = document.createElement('base');
  base.href = t.path('deeper/');
  document.head.append(base);
  const out = [await outcome(() => fetch('leaf')), await outcome(() => fetch('../up?q=1#hash'))];
  base.remove();
  return out;
});
add('F11: a base of another origin makes a path another origin\'s', {}, async (t) => {
  const base = document.createElement('base');
  base.href = t.other;
  document.head.append(base);
  const out = [await outcome(() => fetch(t.path('a'))), await outcome(() => fetch(new URL(t.path('b'), document.baseURI)))];
  base.remove();
  return out;
});
add('F12: inputs of every kind', { traced: 'own' }, async (t) => {
  const out = [];
  const inputs = [new URL(t.url('a')), { toString: () => t.path('b') }, '', undefined, null, 5, [t.path('c')], Symbol('s'), Object.create(null), () => 1, true, 7n, 'http://:bad', 'http://a:b@' + location.host + '/', 'blob:nothing', 'about:blank', 'data:text/plain,x', 'foo:bar', '//', '\ud800'];
  // Firefox's message names the expression that it could not convert, which differs.
  for (const input of inputs) out.push((await outcome(() => fetch(input))).replace(/\d+$/, '').replace(/can't convert \w+/, 'cannot convert'));
  return out;
});
add('F12: an object\'s toString runs once', { traced: 1 }, async (t) => {
  let runs = 0;
  const input = { toString() { runs++; return t.path('a'); } };
  return [await outcome(() => fetch(input)), await outcome(() => fetch({ toString() { runs++; return t.cross('b'); } }, { method: 'POST' })), runs];
});
add('F12: a URL that says another address when asked is believed', {}, async (t) => {
  const url = new URL(t.url('a'));
  url.toString = () => t.cross('b');
  return outcome(() => fetch(url));
});
add('F13: what native rejects is rejected, never thrown', { traced: 1 }, async (t) => {
  const out = [];
  for (const init of [{ method: 'TRACE' }, { method: 'b a d' }, { mode: 'what' }, { cache: 'what' }, { credentials: 'what' }, { redirect: 'what' }, { body: 'x' }, { signal: 5 }, { window: {} }, 5, 'x', true, { mode: 'navigate' }, { cache: 'only-if-cached' }, { referrer: 'http://:bad' }, { integrity: Symbol('s') }, { method: Symbol('s') }])
    out.push(await outcome(() => fetch(t.path('a'), init)));
  out.push(await outcome(() => fetch()), await outcome(() => fetch('http://:bad')), await outcome(() => fetch.call({}, t.path('a'))));
  return out;
});

// Responses.
add('F14: the very Response: brand, url, type and redirected', { traced: 2 }, async (t) => {
  const response = await fetch(t.path('redirect'));
  const module = await WebAssembly.compileStreaming(fetch(t.path('wasm')));
  return [response instanceof Response, response.url.endsWith('/target'), response.type, response.redirected, Object.getPrototypeOf(response) === Response.prototype, Reflect.ownKeys(response), module instanceof WebAssembly.Module, fetch(t.cross('x')).constructor === Promise];
});
add('F15: no body is read: cancel closes the connection', { traced: 1 }, async (t) => {
  const response = await fetch(t.path('events'));
  const reader = response.body.getReader();
  const first = await reader.read();
  await reader.cancel();
  // Firefox keeps the connection open, with and without the agent. Chromium sometimes closes it late.
  const patience = navigator.userAgent.includes('Firefox') ? 500 : 12_000;
  for (const end = performance.now() + patience; performance.now() < end; ) {
    if ((await (await fetch(t.cross('closed').replace(t.other, location.origin))).text()) === 'true') return [first.value.length, 'closed'];
    await sleep(20);
  }
  return 'left open';
});
add('F16: statuses without a body', { traced: 2 }, async (t) => [await outcome(() => fetch(t.path('204'))), await outcome(() => fetch(t.path('304')))]);

// The function itself.
add('F17: this: none, undefined, the window, something else', { traced: 5 }, async (t) => {
  const { fetch: free } = window;
  const out = [
    await outcome(() => free(t.path('a'))), await outcome(() => free.call(undefined, t.path('b'))), await outcome(() => free.call(null, t.path('c'))), await outcome(() => window.fetch(t.path('d'))), await outcome(() => self.fetch(t.path('e'))),
    await outcome(() => free.call({}, t.path('f'))), await outcome(() => free.call(5, t.path('g'))), await outcome(() => new free(t.path('i'))),
  ];
  return out;
});
add('F17: called on another window, it is that window\'s', {}, async (t) => {
  const frame = document.body.appendChild(document.createElement('iframe'));
  const out = await outcome(() => fetch.call(frame.contentWindow, t.url('a')));
  frame.remove();
  return out;
});
add('F18: name, length, descriptor, prototype and own properties', {}, () => {
  const shape = (owner, name) => {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(owner, name);
    const [own, keys] = [Object.getOwnPropertyDescriptors(value), Reflect.ownKeys(value)];
    return [flags, keys, own.name, own.length, 'prototype' in value, typeof value, Object.getPrototypeOf(value) === Function.prototype, /\[native code\]/.test(value)];
  };
  return [shape(window, 'fetch'), ...['open', 'send', 'setRequestHeader', 'abort'].map((name) => shape(XMLHttpRequest.prototype, name)), Object.keys(XMLHttpRequest.prototype), Reflect.ownKeys(XMLHttpRequest)];
});

// Modes.
add('F19: no-cors takes no header', { events: Array(2).fill({ trace_context_hint: 'no_cors', trace_id: undefined }) }, async (t) => [await outcome(() => fetch(t.path('a'), { mode: 'no-cors' })), await outcome(() => fetch(new Request(t.url('b'), { mode: 'no-cors' })))]);
add('F20: every mode, cache, redirect, credentials and policy', { traced: 18 }, async (t) => {
  const out = [];
  const inits = [
    ...['same-origin', 'cors'].map((mode) => ({ mode })), ...['default', 'no-store', 'reload', 'no-cache', 'force-cache'].map((cache) => ({ cache })), { cache: 'only-if-cached', mode: 'same-origin' },
    ...['include', 'omit', 'same-origin'].map((credentials) => ({ credentials })), { referrerPolicy: 'no-referrer' }, { referrer: '' }, { referrer: t.url('from') }, { priority: 'high' }, { integrity: '' }, { window: null },
  ];
  for (const init of inits) out.push(await outcome(() => fetch(t.path('a'), init)));
  for (const redirect of ['follow', 'error', 'manual']) out.push(await outcome(() => fetch(t.path('redirect'), { redirect })).then((text) => text.replace(/Invalid URL.*/, '')));
  out.pop();
  return out;
});
add('F20: a Request\'s referrer survives', { traced: 2 }, async (t) => [
  await outcome(() => fetch(new Request(t.url('a'), { referrer: t.url('from'), referrerPolicy: 'unsafe-url' }))), await outcome(() => fetch(new Request(t.url('b'), { referrer: '' }))),
]);
add('F20: dangling markup stays blocked', { traced: 'all' }, async (t) => [await outcome(() => fetch(t.path('a', '?<\n'))), await outcome(() => fetch(new Request(t.url('b', '?\n<'))))].map((text) => text.split(':')[0]));
add('F21: keepalive goes through', { traced: 2 }, async (t) => [await outcome(() => fetch(t.path('a'), { keepalive: true, method: 'POST', body: 'k' })), await outcome(() => fetch(new Request(t.url('b'), { keepalive: true })))]);
