// A real OpenTelemetry collector: rotel. Its Python wheel contains the program, and is installed once below target/.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { VENV, install } from './venv.mjs';

// The newest version that contains the program. It is a pre-release, which pip installs only by its exact version.
const WHEEL = 'rotel==0.0.1a15';

const program = () => {
  if (!existsSync(`${VENV}/lib`)) return;
  const places = readdirSync(`${VENV}/lib`).map((python) => `${VENV}/lib/${python}/site-packages/rotel/rotel-agent`);
  return places.find((place) => existsSync(place));
};

async function installed() {
  if (!program()) await install(WHEEL);
  return program();
}

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

// `answers`: the status of each POST. `log`: what the collector printed, including every span with its attributes.
export async function openCollector() {
  const [httpPort, grpcPort] = [await freePort(), await freePort()];
  const address = (port) => `127.0.0.1:${port}`;
  const child = spawn(await installed(), [
    'start',
    '--otlp-http-endpoint',
    address(httpPort),
    '--otlp-grpc-endpoint',
    address(grpcPort),
    '--exporter',
    'blackhole',
    '--debug-log',
    'traces',
    '--debug-log-verbosity',
    'detailed',
  ]);
  const collector = { answers: [], log: '' };
  child.stdout.on('data', (data) => (collector.log += data));
  child.stderr.on('data', (data) => (collector.log += data));
  for (let tries = 0; ; tries++) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(httpPort, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) break;
    if (tries > 200 || child.exitCode !== null) throw new Error(`the collector does not start: ${collector.log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // The collector does not support CORS, so the page reaches it through this route on its own origin.
  collector.route = (request, response, body) => {
    const { 'content-type': type } = request.headers;
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
    const onward = http.request({ port: httpPort, host: '127.0.0.1', path: '/v1/traces', method: 'POST', headers }, (answer) => {
      collector.answers.push(answer.statusCode);
      response.writeHead(answer.statusCode, { 'content-type': 'application/json' });
      answer.pipe(response);
    });
    onward.end(body);
  };
  collector.close = () => new Promise((resolve) => child.on('exit', resolve) && child.kill());
  return collector;
}
