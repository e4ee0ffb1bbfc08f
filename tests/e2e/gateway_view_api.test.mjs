// Real answers of the gateway are what docs/gateway/openapi.json says. That the document names every endpoint and
// parameter, and no others, is tested in gateway/tests/openapi.rs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { start } from './lib/demo.mjs';
import { CHECKOUT, SESSION, openScene } from './lib/gateway-scene.mjs';

const TOKEN = 'a-token-of-20-letters';
const document = JSON.parse(readFileSync(new URL('../../docs/gateway/openapi.json', import.meta.url), 'utf8'));

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, strictTypes: false, strictRequired: false });
ajv.addVocabulary(['components', 'paths', 'openapi', 'info', 'tags']);
ajv.addSchema(document, 'openapi');

// Collects what has been seen of the document: `GET /api/requests 200`.
const seen = new Set();
let gateway;
let closed;
let origin;

before(async () => {
  gateway = await start('tracebeam-gateway', ['--listen', '127.0.0.1:0', '--store', ':memory:']);
  closed = await start('tracebeam-gateway', ['--listen', '127.0.0.1:0', '--store', ':memory:', '--token', TOKEN]);
  [origin] = gateway.addresses;
  await openScene(origin);
});

after(async () => {
  await gateway?.stop();
  await closed?.stop();
});

const escape = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1');

// Sends a request, finds its answer in the document, and checks the body by the schema there.
async function check(path, url, { method = 'get', at = origin, ...init } = {}) {
  const response = await fetch(at + url, { method: method.toUpperCase(), ...init });
  const { responses } = document.paths[path][method];
  const described = responses[response.status];
  assert.ok(described, `${url}: ${response.status} is not among ${Object.keys(responses)}`);
  seen.add(`${method} ${path} ${response.status}`);
  if (!described.content) return { status: response.status };
  const [kind] = response.headers.get('content-type').split(';');
  assert.ok(described.content[kind], `${url}: ${kind} is not among ${Object.keys(described.content)}`);
  if (kind !== 'application/json') return { status: response.status, text: await response.text() };
  const body = await response.json();
  const place = ['paths', path, method, 'responses', response.status, 'content', kind, 'schema'];
  const valid = ajv.compile({ $ref: `openapi#/${place.map((part) => encodeURIComponent(escape(String(part)))).join('/')}` });
  assert.ok(valid(body), `${url}: ${JSON.stringify(valid.errors?.slice(0, 3), null, 1)}`);
  return { status: response.status, body };
}

test('answers are what the document says', async () => {
  const { body } = await check('/api/requests', '/api/requests?limit=500');
  assert.ok(body.requests.length > 30);
  await check('/api/requests/{id}', `/api/requests/${body.requests[0].id}`);
  await check('/api/events', '/api/events?limit=500');
  const traces = await check('/api/traces', '/api/traces?limit=500');
  for (const { trace_id } of traces.body.traces) await check('/api/traces/{trace_id}', `/api/traces/${trace_id}`);
  const { body: checkout } = await check('/api/traces/{trace_id}', `/api/traces/${CHECKOUT}`);
  assert.ok(checkout.spans.some((span) => span.events.length > 0) && checkout.spans.some((span) => span.links.length > 0));
  await check('/api/sessions', '/api/sessions');
  await check('/api/sessions/{session_id}', `/api/sessions/${SESSION}?limit=3`);
  const { body: topology } = await check('/api/topology', '/api/topology');
  assert.ok(topology.nodes.length > 5 && topology.edges.length > 5);
  await check('/api/facets', '/api/facets');
  await check('/api/openapi.json', '/api/openapi.json');
  for (const path of ['/metrics', '/healthz', '/readyz']) await check(path, path);
});

test('each filter of the document is taken as it is described', async () => {
  const value = { string: 'x', number: 1, integer: 1, boolean: true };
  const known = { status: '4xx', outcome: 'ok', trace_id: CHECKOUT, to: Date.now() };
  for (const path of ['/api/requests', '/api/events', '/api/traces', '/api/sessions', '/api/topology', '/api/facets']) {
    for (const { name, schema } of document.paths[path].get.parameters) {
      if (name === 'cursor') continue;
      const { status } = await check(path, `${path}?${name}=${known[name] ?? value[schema.type]}`);
      assert.equal(status, 200, `${path}?${name}`);
    }
  }
});

test('refusals are what the document says', async () => {
  for (const path of ['/api/requests', '/api/events', '/api/traces', '/api/sessions', '/api/topology', '/api/facets'])
    assert.equal((await check(path, `${path}?x=1`)).status, 400);
  assert.equal((await check('/api/sessions/{session_id}', '/api/sessions/x?limit=x')).status, 400);
  for (const [path, url] of [
    ['/api/requests/{id}', '/api/requests/999999'],
    ['/api/traces/{trace_id}', `/api/traces/${'1'.repeat(32)}`],
    ['/api/sessions/{session_id}', '/api/sessions/x'],
    ['/config/{pid}', '/config/x'],
  ])
    assert.equal((await check(path, url)).status, 404, url);
  for (const path of Object.keys(document.paths).filter((path) => path.startsWith('/api/') || path === '/metrics')) {
    const url = path.replace(/\{\w+\}/, '1'.repeat(32));
    const [at] = closed.addresses;
    assert.equal((await check(path, url, { at })).status, 401, path);
    assert.equal((await check(path, url, { headers: { origin: 'https://evil.example' } })).status, 403, path);
  }
});

test('intake answers what the document says', async () => {
  const post = (path, body, headers = {}) => check(path, path, { method: 'post', body, headers });
  const event = { event_type: 'resource', event_id: 'x', timestamp: Date.now(), duration: 1, type: 'fetch', name: '/x', url: '/x' };
  const bundle = (...events) => JSON.stringify({ app: { id: 'intake' }, session: { id: 's' }, events });
  assert.equal((await post('/rum', bundle(event))).status, 204);
  assert.equal((await post('/rum', bundle({ ...event, event_id: 'y' }, { ...event, event_id: 'z', duration: 'x' }))).status, 200);
  assert.equal((await post('/rum', '{')).status, 400);
  assert.equal((await post('/rum', bundle(event), { origin: 'https://evil.example' })).status, 403);
  assert.equal((await post('/v1/traces', '{"resourceSpans":[]}', { 'content-type': 'application/json' })).status, 200);
  assert.equal((await post('/v1/traces', 'x', { 'content-type': 'text/csv' })).status, 415);
});

test('every success of the document has been seen', () => {
  const wanted = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path} ${path === '/config/{pid}' ? 404 : 200}`)
  );
  // The stream is played in gateway/tests/live.rs.
  assert.deepEqual(
    wanted.filter((one) => !seen.has(one)),
    ['get /api/live 200']
  );
});
