// The package without a browser: on servers, in test runners, its types, and the package checkers.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { parse } from 'acorn';
import { install, MODULES, NPM, project, ROOT, SETTINGS, SLOW, TARBALL, version } from './lib/lab.mjs';

const options = { timeout: SLOW };
let installed;
before(async () => {
  installed = await install();
});

const node = (dir, ...args) => execFileSync(process.execPath, args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const bin = (name, args, dir) => {
  const { status, stdout, stderr } = spawnSync(join(MODULES, '.bin', name), args, {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, text: stdout + stderr };
};

// What must hold on a server, whatever is imported and started there.
const CHECKS = `
const keys = Object.getOwnPropertyNames(globalThis).join();
const check = (tracebeam, name) => {
  if (tracebeam.init(${SETTINGS}) !== tracebeam) throw new Error(name + ': init');
  tracebeam.init();
  tracebeam.init(null).flush();
  tracebeam.stop();
  if (tracebeam.version !== '${version}') throw new Error(name + ': version');
  if (fetch !== before || !/native code|fetchImpl|undici|lazy|input/.test(String(fetch))) throw new Error(name + ': fetch is another');
};
`;
const NAMES = ['tracebeam', 'tracebeam/external', 'tracebeam/nowasm'];

test('Node: CommonJS', options, async () => {
  const dir = await project('commonjs', {
    'package.json': '{}',
    'main.js': `const before = fetch;${CHECKS}
for (const name of ${JSON.stringify(NAMES)}) check(require(name), name);
if (Object.getOwnPropertyNames(globalThis).join() !== keys) throw new Error('something global');
console.log('well');`,
  });
  assert.equal(node(dir, 'main.js'), 'well\n');
});

test('Node: modules, also where a framework has put a window on the global object', options, async () => {
  const main = (first) => `${first}
const before = fetch;${CHECKS}
const handles = process._getActiveHandles?.().length;
for (const name of ${JSON.stringify(NAMES)}) check((await import(name)).default, name);
if (Object.getOwnPropertyNames(globalThis).join() !== keys) throw new Error('something global');
if (process._getActiveHandles?.().length !== handles) throw new Error('something keeps the process alive');
console.log('well');`;
  const dir = await project('modules', {
    'package.json': '{ "type": "module" }',
    'main.js': main(''),
    'window.js': main('globalThis.window = globalThis; globalThis.self = globalThis; globalThis.document = undefined;'),
  });
  assert.equal(node(dir, 'main.js'), 'well\n');
  assert.equal(node(dir, 'window.js'), 'well\n');
});

test('Vitest with jsdom', options, async () => {
  const dir = await project('vitest', {
    'package.json': '{ "type": "module" }',
    'vitest.config.js': "export default { test: { environment: 'jsdom' } };",
    'main.test.js': `import { expect, test } from 'vitest';
import tracebeam from 'tracebeam';
test('a page of jsdom', async () => {
  const errors = [];
  process.on('unhandledRejection', (error) => errors.push(error));
  const before = fetch;
  expect(tracebeam.init(${SETTINGS})).toBe(tracebeam);
  expect(await (await fetch('data:text/plain,hello')).text()).toBe('hello');
  const xhr = new XMLHttpRequest();
  xhr.open('GET', 'data:text/plain,hello');
  await new Promise((resolve) => { xhr.onloadend = resolve; xhr.send(); });
  tracebeam.flush();
  tracebeam.stop();
  expect(fetch).toBe(before);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(errors).toEqual([]);
});`,
  });
  const { status, text } = bin('vitest', ['run', '--root', dir], dir);
  assert.equal(status, 0, text);
  assert.match(text, /1 passed/);
});

const USE = `tracebeam.init({
  pid: 'shop',
  endpoint: '/rum',
  tracing: {
    sample: 50,
    propagatorTypes: ['tracecontext', 'b3'],
    allowedUrls: ['https://api.example.com', /\\/api\\//, (url) => url.endsWith('x'), { match: 'https://a.example', propagatorTypes: 'sw8' }],
  },
  user: { id: 7, name: 'x' },
}).flush();
const version: string = tracebeam.version;
// @ts-expect-error pid and endpoint are needed
tracebeam.init({ pid: 'shop' });
// @ts-expect-error no such protocol
tracebeam.init({ pid: 'a', endpoint: 'b', tracing: { propagatorTypes: 'zipkin' } });
// @ts-expect-error no such option
tracebeam.init({ pid: 'a', endpoint: 'b', trace: true });
// @ts-expect-error a rule answers with a boolean
tracebeam.init({ pid: 'a', endpoint: 'b', tracing: { allowedUrls: [() => 'yes'] } });
// @ts-expect-error it cannot be set
tracebeam.version = version;
`;
const EXTERNAL = `external.init({ pid: 'a', endpoint: 'b' }, { wasm: new URL('https://a.example/tracebeam.wasm') });
external.init({ pid: 'a', endpoint: 'b' }, { wasm: Promise.resolve(new ArrayBuffer(8)) }).flush();
// @ts-expect-error no such option
external.init({ pid: 'a', endpoint: 'b' }, { url: '/tracebeam.wasm' });
`;

// Strict, and without skipLibCheck, so that the package's own declarations are checked too.
test('types: strict, without skipLibCheck, in each way of resolving', options, async () => {
  const esm = `import tracebeam, { type Configuration, type Tracebeam, type MatchOption } from 'tracebeam';
import external, { type WasmSource } from 'tracebeam/external';
import nowasm from 'tracebeam/nowasm';
export const rules: MatchOption[] = ['/', /x/];
export const configuration: Configuration = { pid: 'a', endpoint: 'b' };
export const source: WasmSource = '/tracebeam.wasm';
export const same: Tracebeam = nowasm.init(configuration);
${USE}${EXTERNAL}`;
  const cjs = `import tracebeam = require('tracebeam');
import external = require('tracebeam/external');
import nowasm = require('tracebeam/nowasm');
const configuration: tracebeam.Configuration = { pid: 'a', endpoint: 'b' };
const source: external.WasmSource = '/tracebeam.wasm';
nowasm.init(configuration).stop();
console.log(source);
${USE}${EXTERNAL}`;
  const config = (compilerOptions, include) =>
    JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: 'es2022',
        lib: ['es2022', 'dom'],
        types: [],
        exactOptionalPropertyTypes: false,
        ...compilerOptions,
      },
      files: [include],
    });
  const dir = await project('types', {
    'package.json': '{ "type": "module" }',
    'main.ts': esm,
    'main.cts': cjs,
    'bundler.json': config({ module: 'esnext', moduleResolution: 'bundler' }, 'main.ts'),
    'node16.json': config({ module: 'node16' }, 'main.ts'),
    'commonjs.json': config({ module: 'node16' }, 'main.cts'),
    'old.json': config({ module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true, ignoreDeprecations: '5.0' }, 'old/main.ts'),
    'old/package.json': '{}',
    'old/main.ts': cjs,
  });
  for (const name of ['bundler', 'node16', 'commonjs', 'old']) {
    const { status, text } = bin('tsc', ['--project', `${name}.json`], dir);
    assert.equal(status, 0, `${name}:\n${text}`);
  }
});

test('publint and attw have nothing to say', options, () => {
  const publint = bin('publint', [NPM, '--strict'], ROOT);
  assert.equal(publint.status, 0, publint.text);
  assert.match(publint.text, /All good/);
  const attw = bin('attw', [TARBALL, '--format', 'ascii'], ROOT);
  assert.equal(attw.status, 0, attw.text);
  assert.match(attw.text, /tracebeam\/nowasm/);
});

// Files that may use newer syntax than ES2017, and the version that each may use.
const YOUNGER = { 'lazy.js': 2020, 'external.js': 2020, 'index.cjs': 2020, 'external.cjs': 2020 };

test('syntax: ES2017, but for what loads a second file; no words that bundlers trip over', options, async () => {
  const names = (await readdir(installed)).filter((name) => /\.c?js$/.test(name));
  assert.ok(names.includes('index.js') && names.includes('full.js') && names.includes('tracebeam.js') && names.length === 12, names.join());
  for (const name of names) {
    const text = await readFile(join(installed, name), 'utf8');
    const sourceType = name.endsWith('.cjs') || name.startsWith('tracebeam') ? 'script' : 'module';
    parse(text, { ecmaVersion: YOUNGER[name] ?? 2017, sourceType });
    for (const word of [/\bprocess\b/, /\bBuffer\b/, /\beval\(/, /new Function\b/, /\bglobalThis\b/, /node:/])
      assert.doesNotMatch(text, word, name);
    if (name !== 'external.js') assert.doesNotMatch(text, /import\.meta/, name);
    if (!name.endsWith('.cjs')) assert.doesNotMatch(text, /\brequire\(|module\.exports/, name);
    assert.doesNotMatch(text, /[^\x00-\x7f]/, `${name} is ASCII`);
  }
});

test('what is packed: all files, source maps with their sources, and nothing else', options, async () => {
  const list = execFileSync('tar', ['-tzf', TARBALL], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
  for (const name of [
    'README.md',
    'LICENSE',
    'package.json',
    'index.js',
    'index.cjs',
    'index.d.ts',
    'index.d.cts',
    'index.js.map',
    'tracebeam.wasm',
    'tracebeam.js',
  ])
    assert.ok(list.includes(name), name);
  assert.deepEqual(
    list.filter(
      (name) =>
        !/^(README\.md|LICENSE|package\.json|tracebeam\.wasm|[a-z]+(\.nowasm)?\.c?js(\.map)?|[a-z]+(\.wasm)?\.d\.c?ts|miniapp\/(package\.json|(miniapp\/)?[a-z]+(\.d\.ts|\.js))|miniapp-wasm\/(package\.json|core\.wasm(\.br)?|[a-z]+(\.d\.ts|\.js)))$/.test(
          name
        )
    ),
    []
  );
  const { sources, sourcesContent } = JSON.parse(await readFile(join(installed, 'index.js.map'), 'utf8'));
  assert.ok(sources.some((path) => path.endsWith('pkg-template/js/browser/agent.js')) && sourcesContent.every(Boolean));
  const manifest = createRequire(join(installed, 'package.json'))('./package.json');
  assert.deepEqual(
    [manifest.version, manifest.sideEffects, manifest.dependencies, manifest.scripts],
    [version, false, undefined, undefined]
  );
});
