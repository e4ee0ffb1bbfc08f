// A small shop as its gateway would see it: two applications, four services, three users. Ids are fixed, times are a
// few minutes ago.

const MINUTE = 60_000;
const hex = (number, digits) => number.toString(16).padStart(digits, '0');
const session = (number) => `${hex(number * 0x3a7f, 8)}5e55${hex(number, 20)}`;

// The trace that has everything: phases, an exception, a link, a failed service.
export const CHECKOUT = `c0ffee00${hex(1, 24)}`;
export const SESSION = session(1);

// Sends everything to the gateway at this origin. Gives the addresses of the view's pages.
export async function openScene(origin) {
  const now = Date.now();
  const bundles = [shopping(now - 9 * MINUTE), browsing(now - 5 * MINUTE), admin(now - 3 * MINUTE)];
  const spans = bundles.flatMap(({ backend }) => backend);
  for (const { bundle } of bundles) await post(`${origin}/rum`, bundle);
  await post(`${origin}/v1/traces`, otlp([...spans, ...cron(now - 2 * MINUTE)]));
  const { requests } = await (await fetch(`${origin}/api/requests?traced=false&limit=1`)).json();
  return {
    pages: {
      requests: '#/requests',
      traces: '#/traces',
      trace: `#/trace/${CHECKOUT}`,
      request: `#/request/${requests[0].id}`,
      sessions: '#/sessions',
      session: `#/session/${SESSION}?app=shop`,
      topology: '#/topology',
    },
  };
}

async function post(url, body) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

// What a page reports. `trace` and `span`: the ids of a traced request.
function event(id, at, type, name, duration, { trace, span, status = 200, view, ...more } = {}) {
  const failed = status >= 400 || status === 0;
  return {
    event_type: 'resource',
    event_id: hex(id, 16),
    timestamp: at,
    times: 1,
    type,
    name,
    url: name.startsWith('http') ? name : `https://shop.example${name}`,
    method: 'GET',
    status_code: status || undefined,
    success: failed ? 0 : 1,
    outcome: status === 0 ? 'network_error' : failed ? 'http_error' : 'ok',
    duration,
    protocol: 'h2',
    view,
    trace_context_hint: trace ? 'set' : 'cross_origin',
    server_timing_hint: 'not_available',
    dns_duration: type === 'document' ? duration * 0.1 : undefined,
    connect_duration: type === 'document' ? duration * 0.2 : undefined,
    ssl_duration: type === 'document' ? duration * 0.12 : undefined,
    first_byte_duration: duration * 0.55,
    download_duration: duration * 0.12,
    ...(trace && { trace_id: trace, traceparent: `00-${trace}-${span}-01`, tracestate: 'rum=v2&browser&shop&1' }),
    ...more,
  };
}

const bundle = (app, user, session, events) => ({
  app: { id: app, env: 'production', version: '3.2.0', type: 'browser' },
  user: { id: user },
  session: { id: session },
  net: { model: '4g' },
  view: {},
  _v: '0.1.0',
  events,
});

function span(service, trace, id, parent, name, start, duration, { kind = 2, error, events, links, ...attributes } = {}) {
  return {
    service,
    span: {
      traceId: trace,
      spanId: id,
      parentSpanId: parent ?? '',
      name,
      kind,
      startTimeUnixNano: nanos(start),
      endTimeUnixNano: nanos(start + duration),
      status: error ? { code: 2, message: error } : {},
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: String(value) } })),
      events,
      links,
    },
  };
}

const nanos = (ms) => `${BigInt(Math.round(ms * 1_000)) * 1_000n}`;

const otlp = (spans) => ({
  resourceSpans: spans.map(({ service, span }) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans: [span] }],
  })),
});

// A request that goes through the services, each inside its caller.
function chain(trace, first, at, duration, services) {
  const spans = [];
  let [parent, start, length] = [first, at + duration * 0.2, duration * 0.7];
  services.forEach(([service, name, extra = {}], place) => {
    const server = `${first.slice(0, 8)}${hex(place * 2 + 1, 8)}`;
    const client = `${first.slice(0, 8)}${hex(place * 2 + 2, 8)}`;
    spans.push(span(service, trace, server, parent, name, start, length, extra));
    if (place < services.length - 1)
      spans.push(span(service, trace, client, server, `call ${services[place + 1][0]}`, start + length * 0.08, length * 0.85, { kind: 3 }));
    [parent, start, length] = [client, start + length * 0.15, length * 0.7];
  });
  return spans;
}

function shopping(at) {
  const home = { id: hex(1, 32), name: '/' };
  const product = { id: hex(2, 32), name: '/products/{id}' };
  const cart = { id: hex(3, 32), name: '/cart' };
  const traces = [2, 3, 4, 5].map((number) => hex(0xabc000 + number, 32));
  const ids = [1, 2, 3, 4, 5].map((number) => hex(0xb0000000 + number, 8) + hex(0xf0000000 + number, 8));
  const events = [
    event(1, at, 'document', '/', 420, { view: home, trace_context_hint: 'not_http' }),
    event(2, at + 180, 'script', '/static/app.js', 64, { view: home }),
    event(3, at + 190, 'css', '/static/app.css', 31, { view: home, delivery_type: 'cache' }),
    event(4, at + 460, 'fetch', '/api/recommendations', 132, { view: home, trace: traces[0], span: ids[0] }),
    event(5, at + 14_000, 'fetch', '/api/products/{id}', 88, { view: product, trace: traces[1], span: ids[1] }),
    event(6, at + 14_040, 'fetch', '/api/stock/{id}', 210, { view: product, trace: traces[2], span: ids[2] }),
    event(7, at + 14_300, 'img', 'https://images.example/shoes.avif', 71, { view: product }),
    event(8, at + 15_000, 'fetch', 'https://ads.example/pixel', 12, { view: product, status: 0, message: 'Failed to fetch' }),
    event(9, at + 61_000, 'fetch', '/api/cart', 54, { view: cart, trace: traces[3], span: ids[3], method: 'POST' }),
    event(10, at + 64_000, 'fetch', '/api/checkout', 640, {
      view: cart,
      trace: CHECKOUT,
      span: ids[4],
      method: 'POST',
      status: 502,
      first_byte_duration: 560,
      download_duration: 8,
      connect_duration: 44,
      ssl_duration: 28,
      dns_duration: 12,
    }),
  ];
  const checkout = at + 64_000;
  const exception = {
    timeUnixNano: nanos(checkout + 500),
    name: 'exception',
    attributes: [
      { key: 'exception.type', value: { stringValue: 'CardDeclined' } },
      { key: 'exception.message', value: { stringValue: 'the bank said no' } },
    ],
  };
  const retry = { timeUnixNano: nanos(checkout + 330), name: 'retry' };
  const failing = { error: 'payment failed', 'http.response.status_code': 502 };
  const payment = { error: 'card declined', events: [retry, exception], links: [{ traceId: traces[3], spanId: ids[3] }] };
  return {
    bundle: bundle('shop', 'ann', SESSION, events),
    backend: [
      ...chain(traces[0], ids[0], at + 460, 132, [
        ['shop', 'GET /api/recommendations'],
        ['catalogue', 'GET /recommendations'],
      ]),
      ...chain(traces[1], ids[1], at + 14_000, 88, [
        ['shop', 'GET /api/products/{id}'],
        ['catalogue', 'GET /products/{id}'],
      ]),
      ...chain(traces[2], ids[2], at + 14_040, 210, [
        ['shop', 'GET /api/stock/{id}'],
        ['catalogue', 'GET /products/{id}'],
        ['inventory', 'GET /stock'],
      ]),
      ...chain(traces[3], ids[3], at + 61_000, 54, [['shop', 'POST /api/cart']]),
      ...chain(CHECKOUT, ids[4], checkout, 640, [
        ['shop', 'POST /api/checkout', failing],
        ['payment', 'POST /charge', payment],
      ]),
    ],
  };
}

function browsing(at) {
  const events = [];
  const backend = [];
  for (let place = 0; place < 24; place++) {
    const trace = hex(0xdd0000 + place, 32);
    const id = hex(0xd0000000 + place, 8) + hex(0xf0000000 + place, 8);
    const start = at + place * 1_900;
    const slow = place % 7 === 3;
    const view = { id: hex(10 + Math.floor(place / 6), 32), name: ['/', '/search', '/products/{id}', '/account'][Math.floor(place / 6)] };
    events.push(
      event(100 + place, start, place % 3 ? 'fetch' : 'xmlhttprequest', '/api/search', slow ? 1_240 : 60 + place * 3, {
        view,
        trace,
        span: id,
      })
    );
    const services = [
      ['shop', 'GET /api/search'],
      ['catalogue', 'GET /search'],
    ];
    if (slow) services.push(['inventory', 'GET /stock']);
    backend.push(...chain(trace, id, start, slow ? 1_240 : 60 + place * 3, services));
  }
  return { bundle: bundle('shop', 'bob', session(2), events), backend };
}

function admin(at) {
  const trace = hex(0xad0001, 32);
  const id = `ad000001${hex(0xf0000001, 8)}`;
  const view = { id: hex(40, 32), name: '/orders' };
  const events = [
    event(200, at, 'fetch', '/api/orders', 96, { view, trace, span: id }),
    event(201, at + 2_000, 'fetch', '/api/export', 320, { view, trace_context_hint: 'not_sampled', status: 404 }),
  ];
  return {
    bundle: bundle('back-office', 'eve', session(3), events),
    backend: chain(trace, id, at, 96, [
      ['shop', 'GET /api/orders'],
      ['inventory', 'GET /orders'],
    ]),
  };
}

// A trace that no page began.
function cron(at) {
  const trace = hex(0xcc0001, 32);
  return chain(trace, `cc000001${hex(0xf0000001, 8)}`, at, 410, [
    ['scheduler', 'nightly stock check'],
    ['inventory', 'GET /stock'],
  ]).map((one, place) => (place === 0 ? { ...one, span: { ...one.span, parentSpanId: '', kind: 1 } } : one));
}
