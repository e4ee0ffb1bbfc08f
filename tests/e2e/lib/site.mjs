// A site on loopback for one test file. It serves pages with the agent in their head, answers /api/*, takes the agent's batches
// at /rum, and records what it received.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';

// TRACEBEAM_SCRIPT names another build of the script, such as the one without WebAssembly, to run the same tests on it.
export const AGENT = new URL('../../../' + (process.env.TRACEBEAM_SCRIPT ?? 'dist/tracebeam.js'), import.meta.url);

const HTML = { 'content-type': 'text/html; charset=utf-8' };

// `routes`: path → (request, response, body) => void; they come before the built-in ones. `serve` is called for every path and
// returns whether it answered. `agent`: another build of the script.
export async function openSite({ routes = {}, agent = AGENT, serve = () => false } = {}) {
  const script = await readFile(agent);
  const requests = [];
  const bundles = [];

  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url, 'http://site');
    const route = routes[url.pathname];
    if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
    if (url.pathname === '/rum') {
      bundles.push(JSON.parse(body));
      return void response.writeHead(204, { 'access-control-allow-origin': '*' }).end();
    }
    if (url.pathname === '/tracebeam.js') return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    requests.push({ method: request.method, path: request.url, headers: request.headers, raw: request.rawHeaders, body });
    if (route) return void route(request, response, body);
    if (serve(request, response, body, url)) return;
    if (url.pathname.startsWith('/api/')) {
      const status = Number(url.searchParams.get('status') ?? 200);
      return void response.writeHead(status, { 'content-type': 'application/json' }).end(status === 204 ? '' : '{"ok":true}');
    }
    response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;

  return {
    origin,
    routes,
    requests,
    bundles,
    // All events received so far, in order of arrival.
    events: () => bundles.flatMap((bundle) => bundle.events),
    // The requests for one path.
    to: (path) => requests.filter((request) => request.path.split('?')[0] === path),
    // Serves a page under `path`, with the configuration (JavaScript source or a plain object; null for none), the agent's tag,
    // `head`, and `body`, in this order.
    page(
      path,
      {
        config = { pid: 'test', endpoint: '/rum', tracing: true },
        tag = '<script src="/tracebeam.js"></script>',
        before = '',
        head = '',
        body = '',
        headers = {},
      } = {}
    ) {
      const source = typeof config === 'string' ? config : JSON.stringify(config);
      const settings = config === null ? '' : `<script>window.__rum = ${source};</script>`;
      const html = `<!doctype html><html><head><meta charset="utf-8"><title>test</title>${before}${settings}${config === null ? '' : tag}${head}</head><body>${body}</body></html>`;
      routes[path] = (_request, response) => void response.writeHead(200, { ...HTML, ...headers }).end(html);
      return origin + path;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

// The trace headers that went out with the request of an event, as the event names them.
export const sentWith = (event) => JSON.parse(event.trace_data ?? '{"headers":{}}').headers;

// Waits until `probe` returns a truthy value and returns it; fails with `what` after `limit` milliseconds.
export async function eventually(probe, what = 'the expected state', limit = 15_000) {
  const deadline = Date.now() + limit;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`timed out waiting for ${typeof what === 'function' ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
