// Imports of the agent crate go one way: `door`, engine data, engine leaves, `engine::agent`, `host::driver`, `host::exports`.
// So a reader understands a file from the files below it, and the engine can be tested without a browser.
// eslint.config.mjs has the same rule for pkg-template/js.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, lineAt, sources } from './sources.mjs';

// The engine's modules, lowest first. A module imports only from the rows above its own; two modules of one row never
// import each other. A module that is not named here is a leaf. Only `agent`, the conductor, may import leaves.
const ENGINE = [
  ['action', 'clock', 'dropped', 'text'],
  ['ids', 'retry', 'url'],
  ['propagation'],
  ['context', 'event', 'rules'],
  ['config', 'span'],
  // The leaves: encode, inflight, queue, sampling, timing, …
  [],
  ['agent'],
];
const LEAVES = 5;
// The host's upper modules, in this order. All other modules of the host are below both.
const HOST = ['driver', 'exports'];
// The only file that speaks to wasm-bindgen: what it exports is the module's whole surface.
const EXPORTS = 'src/host/exports.rs';

const rowOf = (name) => {
  const row = ENGINE.findIndex((names) => names.includes(name));
  return row < 0 ? LEAVES : row;
};
const hostRow = (name) => HOST.indexOf(name) + 1;

// `src/engine/url.rs` is engine::url, `src/engine/mod.rs` is engine.
const moduleOf = (path) =>
  path
    .replace(/^src\/|\.rs$/g, '')
    .split('/')
    .filter((name, at, all) => at < all.length - 1 || !/^(mod|lib)$/.test(name));

// Reads one path at `at`, or the paths in braces after their common beginning. Returns where it ends.
function readPaths(tokens, at, path, found) {
  while (/^[\w{]/.test(tokens[at] ?? '')) {
    const token = tokens[at++];
    if (token === '{') {
      while (at < tokens.length && tokens[at] !== '}') {
        at = readPaths(tokens, at, [...path], found);
        // `as name`, and the comma.
        while (at < tokens.length && !/^[,}]$/.test(tokens[at])) at++;
        if (tokens[at] === ',') at++;
      }
      return at + 1;
    }
    if (token === 'self') break;
    if (token === 'super') path.pop();
    else if (token !== 'crate') path.push(token);
    if (tokens[at] !== ':' || tokens[at + 1] !== ':') break;
    at += 2;
  }
  found.push(path);
  return at;
}

// Every path that starts at `crate` or `super`, from the crate's root, with the line that it starts on.
function imports(text, module) {
  const code = codeOf(text);
  const matches = [...code.matchAll(/\w+|\S/g)];
  const tokens = matches.map(([token]) => token);
  return matches.flatMap(({ 0: token, index }, at) => {
    // `super::super` is read from its first word.
    if (token !== 'crate' && (token !== 'super' || tokens[at - 3] === 'super')) return [];
    const found = [];
    readPaths(tokens, at, token === 'super' ? [...module] : [], found);
    return found.map((path) => ({ line: lineAt(code, index), path }));
  });
}

function fault([fromTop, from], [toTop, to], engine) {
  if (fromTop === 'door' && /^(engine|host)$/.test(toTop)) return 'door imports nothing: the engine and the host both stand on it';
  if (fromTop === 'engine' && toTop === 'host') return 'the engine never mentions a host: it must build and test anywhere';
  if (fromTop === 'engine' && toTop === 'engine' && from && from !== to && engine.has(to) && rowOf(to) >= rowOf(from)) {
    const why = rowOf(to) === LEAVES && rowOf(from) === LEAVES ? 'two leaves never meet' : 'imports go one way';
    return `engine::${from} must not import engine::${to}: ${why} (rows in tests/tidy/layers.test.mjs)`;
  }
  if (fromTop !== 'host' || !from) return undefined;
  if (toTop === 'host' && from !== to && hostRow(to) > hostRow(from))
    return `host::${from} must not import host::${to}: adapters get callbacks, they never see the driver`;
  if (toTop === 'engine' && to === 'agent' && !hostRow(from))
    return `host::${from} must not import engine::agent: only the driver holds the agent`;
  return undefined;
}

function check(files) {
  const agent = files.filter(({ path }) => /^src\/.*\.rs$/.test(path));
  const engine = new Set(
    agent
      .map(({ path }) => moduleOf(path))
      .filter(([top]) => top === 'engine')
      .map(([, name]) => name)
  );
  return agent.flatMap(({ path, text }) => {
    const module = moduleOf(path);
    const found = imports(text, module).map(({ line, path: to }) => [line, fault(module, to, engine)]);
    const bindgen = path === EXPORTS ? -1 : codeOf(text).indexOf('wasm_bindgen');
    if (bindgen >= 0) found.push([lineAt(text, bindgen), `\`wasm_bindgen\` belongs in ${EXPORTS}: the whole exported surface is one file`]);
    return found.filter(([, message]) => message).map(([line, message]) => `${path}:${line}: ${message}`);
  });
}

test('imports go one way', () => {
  const files = sources();
  assert.ok(files.filter(({ path }) => path.startsWith('src/engine/')).length > 50, 'the engine is read');
  assert.deepEqual(check(files), []);
});

// Checks one file beside the modules that it speaks of.
const checkOne = (path, text) =>
  check([
    ...['agent', 'clock', 'config/mod', 'event', 'inflight', 'queue', 'ids', 'text', 'url'].map((name) => ({
      path: `src/engine/${name}.rs`,
      text: '//! x',
    })),
    { path, text },
  ]);

test('the right way is silent', () => {
  for (const [path, text, reason] of [
    ['src/engine/inflight.rs', 'use super::{clock::Millis, event::{Kind, Outcome as O}};', 'leaf on data'],
    ['src/engine/config/fields.rs', 'use super::Config; use crate::engine::url;', 'a file on its own module'],
    ['src/engine/agent.rs', 'use super::{inflight::InFlight, queue::*};', 'the conductor on leaves'],
    ['src/engine/queue.rs', '/// See [`crate::engine::agent`].\npub(crate) fn f(&self) { self.x() }', 'docs, self'],
    ['src/engine/queue.rs', 'fn f() {}\n#[cfg(test)]\nmod tests { use crate::engine::inflight::X; }', 'tests may'],
    ['src/host/driver.rs', 'use crate::engine::agent::Agent;', 'the driver holds the agent'],
    ['src/host/exports.rs', 'use super::driver::with; use crate::engine::agent::End;', 'exports on the driver'],
    ['src/host/exports.rs', 'use wasm_bindgen::prelude::wasm_bindgen;', 'the export file'],
    ['src/host/wire.rs', 'use crate::engine::event::Kind;', 'an adapter on data'],
    ['gateway/src/store/read.rs', 'use crate::host::exports;', "another crate's modules"],
  ])
    assert.deepEqual(checkOne(path, text), [], reason);
});

test('the wrong way is found with its line', () => {
  for (const [path, text, reason] of [
    ['src/engine/queue.rs', '//! q\nuse super::inflight::InFlight;', 'a leaf on a leaf'],
    ['src/engine/event.rs', '\nuse crate::engine::{clock::Millis, queue::Queue};', 'data on a leaf'],
    ['src/engine/event.rs', '\nuse crate::{\n    engine::{\n        clock::Millis,\n        queue,\n    },\n};', 'on many lines'],
    ['src/engine/ids.rs', '\nuse super::config::Config;', 'low data on higher data'],
    ['src/engine/queue.rs', '\nfn f() -> crate::engine::agent::Agent {}', 'a leaf on the conductor, without use'],
    ['src/engine/config/fields.rs', '\nuse super::super::queue::Queue;', 'two steps up'],
    ['src/door.rs', '\nuse crate::engine::url;', 'the door on the engine'],
    ['src/engine/url.rs', '\nuse crate::host::driver;', 'the engine on the host'],
    ['src/host/wire.rs', '\nuse super::driver::with;', 'an adapter on the driver'],
    ['src/host/driver.rs', '\nuse crate::host::exports::start;', 'the driver on the exports'],
    ['src/host/wire.rs', '\nuse crate::engine::agent::Agent;', 'an adapter on the agent'],
    ['src/host/wire.rs', '\nuse wasm_bindgen::JsValue;', 'another file on wasm-bindgen'],
  ]) {
    const found = checkOne(path, text);
    assert.equal(found.length, 1, `${reason}: ${found}`);
    assert.ok(found[0].startsWith(`${path}:2: `), `${reason}: ${found}`);
  }
});
