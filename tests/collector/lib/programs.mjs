// The programs that these tests start, each on ports of its own, and how they end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as listen } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TOOLS = process.env.TRACEBEAM_COLLECTOR_TOOLS ?? `${ROOT}target/tools`;
const PROGRAMS = process.env.TRACEBEAM_PROGRAMS ?? `${ROOT}target/release`;

/** A port that was free a moment ago: these programs cannot say which one they took. */
export async function port() {
  const server = listen().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks until the answer is the wanted one. */
export async function until(what, ask) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await ask().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it never came to this: ${what}`);
}

async function run(name, command, args, env, ready) {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said = (said + chunk).slice(-20_000)));
  child.on('error', (error) => (said += error));
  await until(`${name} runs`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${said}`);
    return ready(said);
  }).catch((error) => {
    throw new Error(`${error.message}: ${said}`);
  });
  const end = async (signal = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return { end, said: () => said };
}

/** The Collector, with the configuration of docs/scaling.md. */
export async function collector(http, grpc, backend, encoding = 'proto') {
  const env = { OTLP_HTTP: `127.0.0.1:${http}`, OTLP_GRPC: `127.0.0.1:${grpc}`, BACKEND: backend, ENCODING: encoding };
  const args = ['--config', `${ROOT}docs/scaling/otelcol.yaml`];
  return run('otelcol', `${TOOLS}/otelcol`, args, env, async (said) => said.includes('Everything is ready'));
}

/** Jaeger, all in one, in memory. */
export async function jaeger() {
  const names = ['otlp', 'query', 'grpc', 'query-grpc', 'http', 'admin', 'otlp-grpc', 'sampling'];
  const ports = {};
  for (const name of names) ports[name] = await port();
  const at = (name) => `127.0.0.1:${ports[name]}`;
  const args = [
    `--collector.otlp.http.host-port=${at('otlp')}`,
    `--collector.otlp.grpc.host-port=${at('otlp-grpc')}`,
    `--collector.grpc-server.host-port=${at('grpc')}`,
    `--collector.http-server.host-port=${at('http')}`,
    `--query.http-server.host-port=${at('query')}`,
    `--query.grpc-server.host-port=${at('query-grpc')}`,
    `--admin.http.host-port=${at('admin')}`,
  ];
  const query = `http://${at('query')}`;
  const ready = async () => (await fetch(`${query}/api/services`)).ok;
  const program = await run('jaeger', `${TOOLS}/jaeger`, args, { COLLECTOR_OTLP_ENABLED: 'true' }, ready);
  return { ...program, otlp: `http://${at('otlp')}`, query };
}

/** A gateway with the settings file of docs/scaling.md; the environment says what differs on this machine. */
export async function gateway(spool, forward, more = {}) {
  const env = {
    TRACEBEAM_SETTINGS: `${ROOT}docs/scaling/gateway.toml`,
    TRACEBEAM_LISTEN: '127.0.0.1:0',
    TRACEBEAM_TOKEN_FILE: `${spool}.token`,
    TRACEBEAM_ORIGINS: '*=*,none',
    TRACEBEAM_SPOOL: spool,
    TRACEBEAM_FORWARD: forward,
    ...more,
  };
  const program = await run('gateway', `${PROGRAMS}/tracebeam-gateway`, [], env, async (said) => said.includes('listening on'));
  return { ...program, url: program.said().match(/listening on (http:\S+)/)[1] };
}

/** The demo's services and page, which report to a gateway. */
export async function demo(gatewayUrl, token) {
  const program = `${ROOT}target/release/tracebeam-demo`;
  const env = { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${token}` };
  const said = (count) => async (text) => text.match(/listening on/g)?.length >= count;
  const address = (text) => text.match(/listening on (http:\S+)/)[1];
  const listen = ['--listen', '127.0.0.1:0', '--gateway', gatewayUrl];
  const inventory = await run('inventory', program, ['inventory', ...listen], env, said(1));
  const cross = ['--cross-origin-listen', '127.0.0.1:0', '--inventory', address(inventory.said())];
  const shop = await run('shop', program, ['shop', ...listen, ...cross], env, said(2));
  const end = async () => {
    await shop.end();
    await inventory.end();
  };
  return { page: address(shop.said()), end };
}

/** A backend that counts: how often each span id came, by OTLP/HTTP in JSON. */
export async function counter() {
  const seen = new Map();
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const { resourceSpans = [] } = JSON.parse(gunzipSync(Buffer.concat(parts)).toString());
      for (const { scopeSpans } of resourceSpans)
        for (const { spans } of scopeSpans) for (const { spanId } of spans) seen.set(spanId, (seen.get(spanId) ?? 0) + 1);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, seen, close: () => server.close() };
}
