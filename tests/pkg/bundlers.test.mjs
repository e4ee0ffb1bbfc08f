// Each bundler builds one small application without a plug-in for Tracebeam; in real Chromium its first request is traced.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { app, close, html, install, MODULES, open, project, runs, serve, SLOW, traced } from './lib/lab.mjs';

const require = createRequire(import.meta.url);
const options = { timeout: SLOW };

before(install);
after(close);

const PACKAGE = JSON.stringify({ name: 'application', private: true, type: 'module' });
const files = (from, extra) => ({
  'main.js': app(from, extra),
  'index.html': html('<script type="module" src="./main.js"></script>'),
  'package.json': PACKAGE,
});
const page = (dir, name, type = '') => writeFile(join(dir, 'index.html'), html(`<script ${type} src="./${name}"></script>`));

// The size of the scripts that a browser loads at the start.
async function weight(dir, filter) {
  let sum = 0;
  for (const name of await readdir(dir)) if (filter(name)) sum += (await stat(join(dir, name))).size;
  return sum;
}

test('Vite: build', options, async () => {
  const { build } = await import('vite');
  const dir = await project('vite', files());
  await build({ root: dir, logLevel: 'error', configFile: false });
  await runs(join(dir, 'dist'));
  const assets = join(dir, 'dist/assets');
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  assert.ok(scripts.length > 1, `the JavaScript core is apart: ${scripts}`);
});

test('Vite: dev server', options, async () => {
  const { createServer } = await import('vite');
  const dir = await project('vite-dev', files());
  const backend = await serve(dir);
  const server = await createServer({
    root: dir,
    logLevel: 'error',
    configFile: false,
    server: { port: 0, host: '127.0.0.1', proxy: { '/api': backend.origin, '/rum': backend.origin, '/favicon.ico': backend.origin } },
  });
  try {
    await server.listen();
    const { lines } = await open(`http://127.0.0.1:${server.httpServer.address().port}/`);
    await traced(backend);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('debug: [vite]')),
      []
    );
  } finally {
    await server.close();
    await backend.close();
  }
});

test('Vite: tracebeam/external, the module as an asset', options, async () => {
  const { build } = await import('vite');
  const dir = await project('vite-external', { ...files(), 'main.js': late('tracebeam/external') });
  await build({ root: dir, logLevel: 'error', configFile: false });
  await ready(join(dir, 'dist'));
});

test('webpack', options, async () => {
  const dir = await project('webpack', files());
  await webpack(dir, { filename: 'bundle.js' });
  await page(join(dir, 'dist'), 'bundle.js');
  await runs(join(dir, 'dist'));
  const eager = await weight(join(dir, 'dist'), (name) => name === 'bundle.js');
  assert.ok(eager < 120_000, `${eager} bytes at the start: the JavaScript core is apart`);
});

test('webpack: tracebeam/external, the module as an asset', options, async () => {
  const dir = await project('webpack-external', { ...files(), 'main.js': late('tracebeam/external') });
  await webpack(dir, { filename: 'bundle.js' });
  await page(join(dir, 'dist'), 'bundle.js');
  await ready(join(dir, 'dist'));
});

test('webpack: CommonJS', options, async () => {
  const source = app().replace("import tracebeam from 'tracebeam'", "const tracebeam = require('tracebeam')");
  const dir = await project('webpack-commonjs', { 'main.js': source, 'package.json': '{}' });
  await webpack(dir, { filename: 'bundle.js' });
  await page(join(dir, 'dist'), 'bundle.js');
  await runs(join(dir, 'dist'));
});

test('Rollup: several files', options, async () => {
  const dir = await project('rollup', files());
  await rollup(dir, { browser: true }, { dir: join(dir, 'dist'), format: 'es' });
  await page(join(dir, 'dist'), 'main.js', 'type="module"');
  await runs(join(dir, 'dist'));
});

for (const format of ['iife', 'es']) {
  test(`Rollup: one file, ${format}`, options, async () => {
    const dir = await project(`rollup-${format}`, files());
    await rollup(dir, {}, { file: join(dir, 'dist/bundle.js'), format });
    await page(join(dir, 'dist'), 'bundle.js', 'type="module"');
    await runs(join(dir, 'dist'));
  });
}

test('esbuild: one file', options, async () => {
  const { build } = await import('esbuild');
  const dir = await project('esbuild', files());
  await build({ entryPoints: [join(dir, 'main.js')], bundle: true, minify: true, outfile: join(dir, 'dist/bundle.js'), logLevel: 'error' });
  await page(join(dir, 'dist'), 'bundle.js');
  await runs(join(dir, 'dist'));
});

test('esbuild: split', options, async () => {
  const { build } = await import('esbuild');
  const dir = await project('esbuild-split', files());
  await build({
    entryPoints: [join(dir, 'main.js')],
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    outdir: join(dir, 'dist'),
    logLevel: 'error',
  });
  await page(join(dir, 'dist'), 'main.js', 'type="module"');
  await runs(join(dir, 'dist'));
  assert.ok((await stat(join(dir, 'dist/main.js'))).size < 120_000, 'the JavaScript core is apart');
});

test('Parcel', options, async () => {
  const dir = await project('parcel', files());
  const args = [
    'build',
    'index.html',
    '--dist-dir',
    'dist',
    '--no-cache',
    '--cache-dir',
    '.cache',
    '--public-url',
    './',
    '--log-level',
    'error',
  ];
  execFileSync(process.execPath, [join(MODULES, 'parcel/lib/bin.js'), ...args], { cwd: dir, stdio: 'pipe' });
  await runs(join(dir, 'dist'));
});

// Where the module is a separate file, the first request leaves before it has loaded: it is reported, and later ones are traced.
function late(from) {
  return `import tracebeam from '${from}';
tracebeam.init({ pid: 'pkg', endpoint: '/rum', tracing: true, reportConfig: { flushTime: 100 } });
fetch('/api/early');
const again = () => fetch('/api/again').then((response) => { if (!window.done) setTimeout(again, 50); });
again();
`;
}

async function ready(dir) {
  const site = await serve(dir);
  try {
    const { page, lines } = await open(site.origin + '/');
    const { deadline } = { deadline: Date.now() + 30_000 };
    while (!site.to('/api/again').some((request) => request.headers.traceparent)) {
      assert.ok(Date.now() < deadline, `never traced: ${lines}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await page.evaluate('window.done = true');
    assert.equal(site.to('/api/early')[0].headers.traceparent, undefined);
    while (!site.events().some((event) => event.url?.endsWith('/api/early'))) {
      assert.ok(Date.now() < deadline, 'no event of the early request');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const event = site.events().find((event) => event.url.endsWith('/api/early'));
    assert.equal(event.trace_context_hint, 'not_ready');
    assert.ok(
      site.requests.some((request) => request.path.endsWith('.wasm')),
      'the module was fetched'
    );
    assert.deepEqual(lines, []);
  } finally {
    await site.close();
  }
}

async function webpack(dir, output) {
  const compiler = require('webpack')({
    mode: 'production',
    context: dir,
    entry: './main.js',
    output: { path: join(dir, 'dist'), ...output },
    performance: { hints: false },
  });
  const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
  assert.ok(!stats.hasErrors() && !stats.hasWarnings(), stats.toString());
}

async function rollup(dir, resolve, output) {
  const { rollup } = await import('rollup');
  const { nodeResolve } = await import('@rollup/plugin-node-resolve');
  const warnings = [];
  const bundle = await rollup({
    input: join(dir, 'main.js'),
    plugins: [nodeResolve(resolve)],
    onwarn: (warning) => warnings.push(warning.message),
  });
  await bundle.write(output);
  assert.deepEqual(warnings, []);
}
