// An endpoint, on an origin of its own, that fails on command. It stores the agent's batches and counts each event once by its
// id, as a receiver should that gets events more than once.

import { once } from 'node:events';
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type, content-encoding',
  'access-control-expose-headers': 'retry-after, accept-encoding',
};

// `answer`: headers of every successful answer.
export async function openEndpoint({ answer = {} } = {}) {
  const endpoint = {
    // What happens to the next batch: a key of `FAULTS`, or a function (request, response, store).
    mode: 'ok',
    // The stored batches, each {headers, bytes, text, bundle}.
    batches: [],
    // The times at which batches arrived, stored or not.
    attempts: [],
    // event_id → how often it was stored.
    ids: new Map(),
    events: [],
  };

  const store = (request, body) => {
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString();
    const bundle = JSON.parse(text);
    endpoint.batches.push({ headers: request.headers, bytes: body.length, text, bundle });
    for (const event of bundle.events ?? []) {
      const seen = endpoint.ids.get(event.event_id) ?? 0;
      endpoint.ids.set(event.event_id, seen + 1);
      if (!seen) endpoint.events.push(event);
    }
  };

  const status = (code, headers) => (_request, response) => void response.writeHead(code, { ...CORS, ...headers }).end();
  const FAULTS = {
    ok: (_request, response, take) => (take(), void response.writeHead(200, { ...CORS, ...answer }).end('{}')),
    429: status(429, { 'retry-after': '2' }),
    '429-date': (request, response) => status(429, { 'retry-after': new Date(Date.now() + 2500).toUTCString() })(request, response),
    500: status(500),
    503: status(503),
    504: status(504),
    400: status(400),
    hang: () => {},
    late: (_request, response, take) => (take(), void setTimeout(() => response.writeHead(200, CORS).end(), 1500)),
    cut: (_request, response) => {
      response.writeHead(500, { ...CORS, 'content-length': 1000 }).write('part');
      setTimeout(() => response.destroy(), 20);
    },
    'cut after it stored': (_request, response, take) => (take(), response.destroy()),
    'silent after it stored': (_request, _response, take) => take(),
  };

  let server;
  let port = 0;
  const handle = async (request, response) => {
    if (request.method === 'OPTIONS') {
      const allowed = CORS['access-control-allow-headers'].replace(endpoint.forbid ?? /$^/, 'x-nothing');
      return void response.writeHead(204, { ...CORS, 'access-control-allow-headers': allowed }).end();
    }
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    endpoint.attempts.push(Date.now());
    const fault = typeof endpoint.mode === 'function' ? endpoint.mode : FAULTS[endpoint.mode];
    fault(request, response, () => store(request, Buffer.concat(chunks)));
  };

  Object.assign(endpoint, {
    async up() {
      server = http.createServer(handle).listen(port, '127.0.0.1');
      await once(server, 'listening');
      ({ port } = server.address());
      endpoint.url = `http://127.0.0.1:${port}/rum`;
    },
    // Refuses connections until `up` is called.
    async down() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    // The numbers of the requests for /api/n?i=NUMBER whose events were stored.
    numbers: () => new Set(endpoint.events.map((event) => /\/api\/n\?.*i=(\d+)/.exec(event.url)?.[1]).filter(Boolean)),
    // How many events were stored more than once.
    repeated: () => [...endpoint.ids.values()].filter((times) => times > 1).length,
    close: () => endpoint.down(),
  });
  await endpoint.up();
  return endpoint;
}
