// The finished package: syntax, global names, layout, types, size.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { parse } from 'acorn';
import { DIST } from './lib/app.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (name) => readFileSync(new URL(name, DIST));
const SCRIPTS = ['dist/index.js', 'dist/miniapp/index.js', 'wasm/index.js', 'miniapp/index.js', 'miniapp/wasm.js'];

// The global names that a file uses.
function freeNames(text) {
  const program = parse(text, { ecmaVersion: 5, sourceType: 'script' });
  const declared = new Set();
  const used = new Set();
  const walk = (node, parent) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach((one) => walk(one, parent));
    if (node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') {
      if (node.id) declared.add(node.id.name);
      node.params.forEach(({ name }) => declared.add(name));
    }
    if (node.type === 'VariableDeclarator') declared.add(node.id.name);
    if (node.type === 'CatchClause') declared.add(node.param.name);
    if (node.type === 'Identifier') {
      const isName =
        (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
        (parent.type === 'Property' && parent.key === node) ||
        parent.type === 'LabeledStatement' ||
        parent.type === 'BreakStatement' ||
        parent.type === 'ContinueStatement';
      if (!isName) used.add(node.name);
    }
    for (const key in node) if (key !== 'type' && node[key] && typeof node[key] === 'object') walk(node[key], node);
  };
  walk(program, { type: '' });
  return [...used].filter((name) => !declared.has(name)).sort();
}

test('ES5, strict, ASCII, and nothing of the realm but what every host has', () => {
  const hosts = ['dd', 'ks', 'my', 'qq', 'swan', 'tt', 'wx'];
  const language =
    'Array ArrayBuffer Boolean Date Error Float32Array Float64Array Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number Object Promise RegExp String TypeError Uint16Array Uint32Array Uint8Array arguments decodeURIComponent encodeURIComponent escape isFinite parseInt unescape undefined'.split(
      ' '
    );
  const ours = [
    ...hosts,
    ...language,
    'TextDecoder',
    'WXWebAssembly',
    'TTWebAssembly',
    'clearTimeout',
    'console',
    'exports',
    'getCurrentPages',
    'module',
    'require',
    'setTimeout',
  ];
  for (const name of SCRIPTS) {
    const text = read(name).toString();
    assert.deepEqual(
      freeNames(text).filter((free) => !ours.includes(free)),
      [],
      name
    );
    assert.doesNotMatch(text, /[^\x00-\x7f]/, name);
    assert.doesNotMatch(text, /\beval\(|new Function|globalThis/, name);
  }
  // A global that some hosts lack is tested with typeof.
  for (const host of hosts) assert.match(read('dist/index.js').toString(), new RegExp(`typeof ${host}\\b`));
  assert.match(read('dist/index.js').toString(), /^\/\*! Tracebeam [\d.]+ \| Apache-2\.0 \*\/\n"use strict";/);
});

// A copy of `from` as the package `tracebeam`.
function installed(from = 'dist/npm') {
  const dir = mkdtempSync(join(tmpdir(), 'tracebeam-mini-'));
  mkdirSync(join(dir, 'node_modules'));
  cpSync(join(ROOT, from), join(dir, 'node_modules/tracebeam'), { recursive: true, filter: (path) => !/\.tgz$|\.map$/.test(path) });
  return dir;
}

test('the layout: each folder is complete, and what WeChat copies has no wasm files', () => {
  const manifest = JSON.parse(read('package.json'));
  assert.deepEqual([manifest.name, manifest.main, manifest.miniprogram, manifest.type], ['tracebeam', 'dist/index.js', 'dist', undefined]);
  const files = (path) => readdirSync(new URL(path, DIST), { recursive: true }).sort();
  const types = ['configuration.d.ts', 'index.d.ts'];
  assert.deepEqual(files('dist/'), [...types, 'index.js', 'miniapp', 'miniapp/index.d.ts', 'miniapp/index.js']);
  assert.deepEqual(files('wasm/'), [types[0], 'core.wasm', 'core.wasm.br', types[1], 'index.js']);
  assert.deepEqual(brotliDecompressSync(read('wasm/core.wasm.br')), read('wasm/core.wasm'));
  const npm = JSON.parse(readFileSync(join(ROOT, 'dist/npm/package.json')));
  assert.equal(npm.miniprogram, 'miniapp');
  for (const [folder, copy] of [
    ['dist/', 'miniapp'],
    ['wasm/', 'miniapp-wasm'],
  ]) {
    const inside = join(ROOT, 'dist/npm', copy);
    assert.deepEqual(readdirSync(inside, { recursive: true }).sort(), [...files(folder), 'package.json'].sort());
    assert.deepEqual(readFileSync(join(inside, 'index.js')), read(`${folder}index.js`));
  }
});

test('the entries that the README names resolve, from the npm package and from the folder itself, without `exports` too', () => {
  const readme = read('README.md').toString();
  const named = [...new Set([...readme.matchAll(/\btracebeam(?:\/[a-z]+)+(?=['`])/g)].map(([name]) => name))].sort();
  assert.deepEqual(named, ['tracebeam/miniapp', 'tracebeam/miniapp/wasm']);
  for (const from of ['dist/npm', 'dist/miniapp']) {
    const dir = installed(from);
    const names = from === 'dist/npm' ? named : [...named, 'tracebeam'];
    for (const name of names) {
      const text = execFileSync('node', ['-p', `typeof require('${name}').init`], { cwd: dir, encoding: 'utf8' });
      assert.equal(text, 'function\n', `${from}: ${name}`);
    }
  }
});

test('outside of any host it does nothing, and says so', () => {
  const text = execFileSync(
    'node',
    [
      '-e',
      `const t = require('tracebeam/miniapp'); t.init({ pid: 'x', endpoint: 'https://x.example/' }); t.flush(); t.stop(); console.log(t.version, require('tracebeam/miniapp/wasm').version)`,
    ],
    {
      cwd: installed(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }
  );
  assert.match(text, /^\d+\.\d+\.\d+ \d+\.\d+\.\d+\n$/);
});

test('types: with WeChat’s typings and Alipay’s, strict, without skipLibCheck of ours', () => {
  const dir = installed();
  const tsc = (types, code) => {
    writeFileSync(join(dir, 'app.ts'), code);
    try {
      return execFileSync(
        join(ROOT, 'node_modules/.bin/tsc'),
        [
          '--noEmit',
          '--strict',
          '--skipLibCheck',
          '--target',
          'es2015',
          '--lib',
          'es2020',
          '--module',
          'commonjs',
          '--moduleResolution',
          'node10',
          '--esModuleInterop',
          '--types',
          types,
          '--typeRoots',
          join(ROOT, 'node_modules'),
          'app.ts',
        ],
        { cwd: dir, encoding: 'utf8' }
      );
    } catch (error) {
      return error.stdout;
    }
  };
  const start = `import tracebeam from 'tracebeam/miniapp';
    tracebeam.init({ pid: 'a', endpoint: 'https://x.example/', host: 'HOST', tracing: { allowedUrls: ['https://x.example', /x/, (url: string) => url.length > 3] } });\n`;
  const wechat = `${start.replace('HOST', 'wechat')}
    const request = tracebeam.wrapRequest(wx.request);
    const task: WechatMiniprogram.RequestTask = request({ url: 'https://x.example/', success(result) { const status: number = result.statusCode; void status; } });
    task.abort();
    tracebeam.init({ pid: 'a', endpoint: 'b', host: wx });`;
  assert.equal(tsc('miniprogram-api-typings', wechat), '');
  const alipay = `${start.replace('HOST', 'my')}
    const request = tracebeam.wrapRequest(my.request, 'request');
    request({ url: 'https://x.example/', headers: {}, success(result) { const status: number = result.status; void status; } });`;
  assert.equal(tsc('@mini-types/alipay', alipay), '');
  assert.equal(tsc('@mini-types/alipay', alipay.replace('tracebeam/miniapp', 'tracebeam/miniapp/wasm')), '');
  // Wrong uses are type errors.
  assert.match(tsc('miniprogram-api-typings', `${start.replace('HOST', 'netscape')}`), /netscape/);
  assert.match(tsc('miniprogram-api-typings', `import t from 'tracebeam/miniapp'; t.wrapRequest(wx.request, 'ask');`), /"ask"|'ask'/);
});

test('size: the whole default package is at most 102 kB as it lies, the shell at most 20', () => {
  for (const [name, limit] of [
    ['dist/index.js', 102_000],
    ['wasm/index.js', 20_000],
  ]) {
    const { length } = read(name);
    assert.ok(length <= limit, `${name}: ${length}`);
  }
});
