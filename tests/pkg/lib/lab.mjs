// Installs the packed package as an application has it, and opens pages in Chromium.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../../e2e/lib/chromium.mjs';
import { eventually, openSite } from '../../e2e/lib/site.mjs';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TESTS = join(ROOT, 'tests/pkg');
export const NPM = join(ROOT, 'dist/npm');
export const MODULES = join(TESTS, 'node_modules');
export const { version } = JSON.parse(readFileSync(join(NPM, 'package.json')));
export const TARBALL = join(NPM, `tracebeam-${version}.tgz`);

// The time limit of a build on a slow, busy machine.
export const SLOW = 240_000;

// Unpacks the tarball into node_modules of tests/pkg, where every application below finds it, as npm would install it.
export async function install() {
  const target = join(MODULES, 'tracebeam');
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  execFileSync('tar', ['-xzf', TARBALL, '--strip-components=1', '-C', target]);
  return target;
}

// Creates an empty directory for an application, below tests/pkg, where packages are found.
export async function project(name, files) {
  const dir = join(TESTS, 'out', name);
  await rm(dir, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

export const SETTINGS = "{ pid: 'pkg', endpoint: '/rum', tracing: true, reportConfig: { flushTime: 100 } }";

// An application in three lines, which makes a request at once.
export const app = (from = 'tracebeam', options = '') => `import tracebeam from '${from}';
tracebeam.init(${SETTINGS}${options});
fetch('/api/first').then((response) => (document.title = String(response.status)));
`;

export const html = (script) => `<!doctype html><meta charset="utf-8"><title>waiting</title><body>${script}</body>`;

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
  '.json': 'application/json',
};

// Serves a directory, with the endpoint and the API of the other browser tests. `headers`: for every page and file.
export async function serve(dir, { headers = {}, types = {} } = {}) {
  return openSite({
    serve(_request, response, _body, url) {
      if (/^\/(api|rum)/.test(url.pathname)) return false;
      const path = join(dir, url.pathname.endsWith('/') ? url.pathname + 'index.html' : url.pathname);
      readFile(path).then(
        (content) =>
          response.writeHead(200, { 'content-type': { ...TYPES, ...types }[extname(path)] ?? 'text/plain', ...headers }).end(content),
        () => response.writeHead(404).end()
      );
      return true;
    },
  });
}

let browser;
export const chromium = async () => (browser ??= await launch());
export const close = () => browser?.close();

// Opens a page. `lines`: its console messages and uncaught errors.
export async function open(url, before) {
  const page = await (await chromium()).newPage();
  const lines = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
  if (before) await page.addInitScript(before);
  await page.goto(url);
  return { page, lines };
}

const WAIT = 30_000;

// Checks that the page's first request carries a trace and that its event names the same one.
export async function traced(site, path = '/api/first') {
  const request = await eventually(() => site.to(path)[0], `the request ${path}`, WAIT);
  const [, trace, span] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(request.headers.traceparent) ??
    assert.fail(`no trace in ${JSON.stringify(request.headers)}`);
  const event = await eventually(() => site.events().find((event) => event.url?.endsWith(path)), `the event of ${path}`, WAIT);
  assert.equal(event.trace_id, trace);
  assert.equal(JSON.parse(event.trace_data).spanId, span);
  return event;
}

// Opens the page of a built application, and checks that it is traced and prints nothing.
export async function runs(dir, options) {
  const site = await serve(dir, options);
  try {
    const { page, lines } = await open(site.origin + '/');
    const event = await traced(site);
    await page.waitForFunction(() => document.title === '200');
    assert.deepEqual(lines, options?.lines ?? []);
    return { event, site };
  } finally {
    await site.close();
  }
}

// Starts a program and resolves when its output contains `ready`. `stop()` ends it and its child processes.
export async function start(command, args, { ready, ...options }) {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    try {
      process.kill(-child.pid);
    } catch {
      // The process has already ended.
    }
    await ended;
  };
  try {
    await eventually(
      () => ready.test(said) || (child.exitCode !== null && assert.fail(`${command} ended:\n${said}`)),
      () => `${command}:\n${said}`,
      SLOW / 2
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop, said: () => said };
}
