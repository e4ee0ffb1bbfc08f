// The package without a bundler: by import map, under strict policies, and on pages of other kinds.

import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { app, close, html, install, open, project, ROOT, runs, serve, SETTINGS, SLOW, traced, version } from './lib/lab.mjs';
import { eventually } from '../e2e/lib/site.mjs';

const options = { timeout: SLOW };
const LINE = 'info: [tracebeam] runs without WebAssembly, on its JavaScript core';
const WITHOUT_EVAL = "default-src 'self'; script-src 'self'; style-src 'self'";
const NONE = 'delete self.WebAssembly';

let installed;
before(async () => {
  installed = await install();
});
after(close);

// A page with an import map and the unpacked package. A policy without inline scripts forbids import maps; the application then
// imports the file by its path.
async function unbundled(name, { from = 'index.js', source, map = true, extra = {} } = {}) {
  const dir = await project(name, {
    'main.js': source ?? app(map ? 'tracebeam' : `./tracebeam/${from}`),
    'index.html': html(
      `${map ? `<script type="importmap">{ "imports": { "tracebeam": "./tracebeam/${from}" } }</script>` : ''}<script type="module" src="./main.js"></script>`
    ),
    ...extra,
  });
  await cp(installed, join(dir, 'tracebeam'), { recursive: true });
  return dir;
}

test('import map', options, async () => {
  const { site } = await runs(await unbundled('map'));
  assert.ok(!site.requests.some((request) => request.path.includes('javascript.js')), 'no second core where none is needed');
});

test("a Content-Security-Policy with 'wasm-unsafe-eval'", options, async () => {
  const { site } = await runs(await unbundled('csp', { map: false }), {
    headers: { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
  });
  assert.ok(!site.requests.some((request) => request.path.includes('javascript.js')));
});

test('Trusted Types', options, async () => {
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types 'none'";
  await runs(await unbundled('trusted', { map: false }), { headers: { 'content-security-policy': policy } });
});

// The file that loads the JavaScript core where it must: this takes a moment, and the first request is reported as `not_ready`.
for (const [name, headers, init] of [
  ["a Content-Security-Policy without 'wasm-unsafe-eval'", { 'content-security-policy': WITHOUT_EVAL }],
  [
    'Trusted Types and no WebAssembly',
    { 'content-security-policy': `${WITHOUT_EVAL}; require-trusted-types-for 'script'; trusted-types 'none'` },
  ],
  ['WebAssembly removed', {}, NONE],
]) {
  test(`${name}: the JavaScript core is loaded`, options, async () => {
    const source = `import tracebeam from './tracebeam/index.js';
addEventListener('unhandledrejection', (event) => console.error('unhandled', event.reason));
tracebeam.init(${SETTINGS});
fetch('/api/early');
const again = () => fetch('/api/again').then(() => window.done || setTimeout(again, 50));
again();
`;
    const site = await serve(await unbundled(`lazy-${name.length}`, { map: false, source }), { headers });
    const { page, lines } = await open(site.origin + '/', init);
    await eventually(() => site.to('/api/again').find((request) => request.headers.traceparent), 'a traced request', 30_000);
    await page.evaluate('window.done = true');
    const early = await eventually(() => site.events().find((event) => event.url.endsWith('/api/early')), 'the early event', 30_000);
    assert.equal(early.trace_context_hint, 'not_ready');
    assert.equal(site.to('/api/early')[0].headers.traceparent, undefined);
    assert.deepEqual(lines, [LINE]);
    await page.close();
    await site.close();
  });
}

// The files that contain the JavaScript core trace from the first request on.
for (const from of ['full.js', 'nowasm.js']) {
  test(`${from} under a Content-Security-Policy without 'wasm-unsafe-eval'`, options, async () => {
    const dir = await unbundled(`csp-${from}`, { from, map: false });
    await runs(dir, { headers: { 'content-security-policy': WITHOUT_EVAL }, lines: [LINE] });
  });
}

for (const [name, types, lines] of [
  ['streaming', {}, []],
  ['a server that does not know .wasm', { '.wasm': 'application/octet-stream' }, []],
]) {
  test(`tracebeam/external: ${name}`, options, async () => {
    const { site, page } = await external(`external-${name.length}`, { types }, lines);
    // The request for the module is not one of the page's.
    await page.evaluate('window.done = true');
    await eventually(() => site.events().length > 1, 'events', 30_000);
    assert.deepEqual(
      site.events().filter((event) => event.url?.includes('.wasm')),
      []
    );
    await site.close();
  });
}

test('tracebeam/external: the module is missing, and the JavaScript core runs', options, async () => {
  const { site, lines } = await external('external-missing', {}, null, 'nowhere.wasm');
  assert.ok(
    lines.some((line) => line.startsWith('warning: [tracebeam] the module could not be used')),
    lines.join('\n')
  );
  assert.ok(lines.includes(LINE));
  assert.deepEqual(
    lines.filter((line) => line.startsWith('uncaught')),
    []
  );
  await site.close();
});

async function external(name, serving, expected, wasm) {
  const source = `import tracebeam from './tracebeam/external.js';
tracebeam.init(${SETTINGS}${wasm ? `, { wasm: '${wasm}' }` : ''});
const again = () => fetch('/api/again').then(() => window.done || setTimeout(again, 50));
again();
`;
  const site = await serve(await unbundled(name, { map: false, source }), serving);
  const { page, lines } = await open(site.origin + '/');
  await eventually(() => site.to('/api/again').find((request) => request.headers.traceparent), 'a traced request', 30_000);
  if (expected) assert.deepEqual(lines, expected);
  return { site, page, lines };
}

test('a page in GBK', options, async () => {
  const gbk = Buffer.concat([
    Buffer.from('<!doctype html><meta charset="gbk"><title>'),
    Buffer.from([0xd6, 0xd0]),
    Buffer.from('</title><script type="module" src="./main.js"></script>'),
  ]);
  const dir = await unbundled('gbk', { map: false, extra: { 'index.html': gbk } });
  const site = await serve(dir, { types: { '.html': 'text/html; charset=gbk' } });
  const { page, lines } = await open(site.origin + '/');
  await traced(site);
  assert.equal(await page.evaluate('document.characterSet'), 'GBK');
  assert.deepEqual(lines, []);
  await site.close();
});

for (const script of ['tracebeam.js', 'tracebeam.nowasm.js']) {
  // A classic script is decoded with the page's encoding where the server names none.
  test(`${script} by tag on a page in GBK`, options, async () => {
    const dir = await unbundled(`gbk-${script}`, {
      map: false,
      extra: {
        'index.html': `<!doctype html><meta charset="gbk"><script>window.__rum = ${SETTINGS}</script><script src="./tracebeam/${script}"></script><script>fetch('/api/first')</script>`,
      },
    });
    const site = await serve(dir, { types: { '.html': 'text/html; charset=gbk' } });
    const { lines } = await open(site.origin + '/');
    await traced(site);
    assert.deepEqual(lines, script === 'tracebeam.js' ? [] : [LINE]);
    await site.close();
  });
}

test('the versioned script with its hash', options, async () => {
  const hashes = JSON.parse(await readFile(join(ROOT, 'dist/integrity.json'), 'utf8'));
  assert.deepEqual(Object.keys(hashes), [`tracebeam-${version}.js`, `tracebeam.nowasm-${version}.js`]);
  for (const [name, hash] of Object.entries(hashes)) {
    const site = await serve(join(ROOT, 'dist'));
    const tag = (hash, path) =>
      site.page(path, {
        config: SETTINGS,
        tag: `<script src="/${name}" integrity="${hash}"></script>`,
        head: "<script>fetch('/api/first')</script>",
      });
    const { lines } = await open(tag(hash, '/page'));
    await traced(site);
    assert.deepEqual(lines, name.includes('nowasm') ? [LINE] : []);
    // A wrong hash keeps the script out.
    const { page } = await open(tag('sha384-' + 'A'.repeat(64), '/other'));
    assert.equal(await page.evaluate('typeof tracebeam'), 'undefined');
    await site.close();
  }
});

test('a file: page is unharmed', options, async () => {
  const site = await serve(ROOT, { headers: { 'access-control-allow-origin': '*' } });
  site.routes['/api/file'] = (_request, response) => response.writeHead(200, { 'access-control-allow-origin': '*' }).end('{}');
  const settings = `{ pid: 'pkg', endpoint: '${site.origin}/rum', tracing: true }`;
  const dir = await project('file', {
    'index.html': `<!doctype html><title>waiting</title><script>window.__rum = ${settings}</script><script src="${pathToFileURL(join(installed, 'tracebeam.js'))}"></script>
<script>fetch('${site.origin}/api/file').then((response) => (document.title = String(response.status)));</script>`,
  });
  const { page, lines } = await open(String(pathToFileURL(join(dir, 'index.html'))));
  await page.waitForFunction(() => document.title === '200');
  assert.equal(site.to('/api/file')[0].headers.traceparent, undefined, 'another origin, whatever the page is');
  assert.equal(await page.evaluate('tracebeam.version.length > 0'), true);
  assert.deepEqual(lines, []);
  await site.close();
});

test('a sandboxed frame is unharmed', options, async () => {
  const dir = await unbundled('sandbox', {
    map: false,
    extra: {
      'frame.html': html(`<script>window.__rum = ${SETTINGS}</script><script src="./tracebeam/tracebeam.js"></script><script>
        fetch('/api/frame').then((response) => parent.postMessage(response.status, '*'), (error) => parent.postMessage(String(error), '*'));</script>`),
      'index.html': html(
        `<script>addEventListener('message', (event) => (document.title = String(event.data)));</script><iframe sandbox="allow-scripts" src="./frame.html"></iframe>`
      ),
    },
  });
  const site = await serve(dir);
  // An API that allows every origin but answers no preflight.
  const methods = [];
  site.routes['/api/frame'] = (request, response) => {
    methods.push(request.method);
    response.writeHead(request.method === 'OPTIONS' ? 403 : 200, { 'access-control-allow-origin': '*' }).end('{}');
  };
  const { page, lines } = await open(site.origin + '/');
  await page.waitForFunction(() => document.title === '200', null, { timeout: 30_000 });
  assert.deepEqual(methods, ['GET'], 'no header, so no preflight');
  assert.deepEqual(lines, []);
  await site.close();
});

test('a worker of modules', options, async () => {
  const dir = await unbundled('worker', {
    source: "new Worker('./worker.js', { type: 'module' }).onmessage = (event) => (document.title = event.data);",
    extra: {
      'worker.js': `import tracebeam from './tracebeam/index.js';\ntracebeam.init(${SETTINGS});\nfetch('/api/first').then((response) => postMessage(String(response.status)));\n`,
    },
  });
  await runs(dir);
});

test('a service worker of modules', options, async () => {
  const dir = await unbundled('service-worker', {
    source: `navigator.serviceWorker.register('./worker.js', { type: 'module' });
navigator.serviceWorker.onmessage = (event) => (document.title = event.data);
navigator.serviceWorker.ready.then(({ active }) => active.postMessage('go'));`,
    extra: {
      'worker.js': `import tracebeam from './tracebeam/index.js';
tracebeam.init(${SETTINGS});
addEventListener('message', (event) => event.waitUntil(fetch('/api/first').then((response) => event.source.postMessage(String(response.status)))));
`,
    },
  });
  await runs(dir);
});

test('imported and not started, it changes nothing; started twice, it patches once', options, async () => {
  const source = `const before = { fetch, open: XMLHttpRequest.prototype.open, keys: Object.getOwnPropertyNames(window).join() };
import('./tracebeam/index.js').then(async ({ default: tracebeam }) => {
  const same = fetch === before.fetch && XMLHttpRequest.prototype.open === before.open && Object.getOwnPropertyNames(window).join() === before.keys;
  tracebeam.init(${SETTINGS});
  const patched = fetch;
  const { default: other } = await import('./tracebeam/nowasm.js');
  other.init(${SETTINGS}).init(${SETTINGS});
  const once = fetch === patched && fetch !== before.fetch;
  tracebeam.stop();
  document.title = JSON.stringify([same, once, fetch === before.fetch]);
});
`;
  const site = await serve(await unbundled('effects', { map: false, source }));
  const { page, lines } = await open(site.origin + '/');
  await page.waitForFunction(() => document.title.startsWith('['));
  assert.equal(await page.title(), '[true,true,true]');
  assert.deepEqual(lines, []);
  await site.close();
});
