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
const SCRIPTS = ['index.js', 'wasm.js', 'miniapp/index.js', 'miniapp/wasm.js'];

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
  for (const host of hosts) assert.match(read('index.js').toString(), new RegExp(`typeof ${host}\\b`));
  assert.match(read('index.js').toString(), /^\/\*! Tracebeam [\d.]+ \| Apache-2\.0 \*\/\n"use strict";/);
});

test('the layout: what WeChat copies, what Alipay requires, what bundlers resolve', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', DIST)));
  assert.deepEqual([manifest.name, manifest.main, manifest.miniprogram, manifest.type], ['tracebeam', 'dist/index.js', 'dist', undefined]);
  const files = readdirSync(DIST, { recursive: true }).sort();
  for (const name of [...SCRIPTS, 'core.wasm', 'core.wasm.br', 'index.d.ts', 'configuration.d.ts', 'wasm.d.ts'])
    assert.ok(files.includes(name), name);
  assert.deepEqual(brotliDecompressSync(read('core.wasm.br')), read('core.wasm'));
  const npm = JSON.parse(readFileSync(join(ROOT, 'dist/npm/package.json')));
  assert.equal(npm.miniprogram, 'miniapp');
  for (const name of SCRIPTS) assert.deepEqual(readFileSync(join(ROOT, 'dist/npm/miniapp', name)), read(name), name);
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

function installed() {
  const dir = mkdtempSync(join(tmpdir(), 'tracebeam-mini-'));
  mkdirSync(join(dir, 'node_modules'));
  cpSync(join(ROOT, 'dist/npm'), join(dir, 'node_modules/tracebeam'), { recursive: true, filter: (path) => !/\.tgz$|\.map$/.test(path) });
  return dir;
}

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
  // Wrong uses are type errors.
  assert.match(tsc('miniprogram-api-typings', `${start.replace('HOST', 'netscape')}`), /netscape/);
  assert.match(tsc('miniprogram-api-typings', `import t from 'tracebeam/miniapp'; t.wrapRequest(wx.request, 'ask');`), /"ask"|'ask'/);
});

test('size: the whole default package is at most 100 kB as it lies, the shell at most 20', () => {
  assert.ok(read('index.js').length <= 100_000, `${read('index.js').length}`);
  assert.ok(read('wasm.js').length <= 20_000, `${read('wasm.js').length}`);
});
