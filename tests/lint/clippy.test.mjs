// clippy.toml names what the agent must not use. Each row is used once in a small crate, and clippy names each.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../..', import.meta.url).pathname;
const CRATE = `${ROOT}target/xtask/clippy-rows`;

const USES = {
  'std::time::Instant': 'fn f(a: std::time::Instant) { drop(a) }',
  'std::time::SystemTime': 'fn f(a: std::time::SystemTime) { drop(a) }',
  'std::time::Duration': 'fn f(a: std::time::Duration) { drop(a) }',
  'std::sync::OnceLock': 'static A: std::sync::OnceLock<u8> = std::sync::OnceLock::new();',
  'std::sync::LazyLock': 'static A: std::sync::LazyLock<u8> = std::sync::LazyLock::new(|| 1);',
  'std::collections::HashMap': 'use std::collections::HashMap;',
  'std::collections::HashSet': 'use std::collections::HashSet;',
  'std::string::ToString::to_string': 'fn f(a: f64) -> String { a.to_string() }',
  'std::format': 'fn f(a: f64) -> String { format!("{a:.1}") }',
  'std::format_args': 'fn f(a: &mut String) { use std::fmt::Write; let _ = a.write_fmt(format_args!("{}", 1)); }',
  'std::write': 'fn f(a: &mut String) { use std::fmt::Write; let _ = write!(a, "{}", 1); }',
  'std::writeln': 'fn f(a: &mut String) { use std::fmt::Write; let _ = writeln!(a, "{}", 1); }',
  'std::println': 'fn f() { println!("a") }',
  'std::eprintln': 'fn f() { eprintln!("a") }',
  'std::unreachable': 'fn f() { unreachable!() }',
  'std::unimplemented': 'fn f() { unimplemented!() }',
  'std::assert': 'fn f(a: bool) { assert!(a) }',
  'std::assert_eq': 'fn f(a: u8) { assert_eq!(a, 1) }',
  'std::assert_ne': 'fn f(a: u8) { assert_ne!(a, 1) }',
};

// The lints that src/lib.rs denies: the crate copies the attribute, so that a lint which is dropped there is missing here.
const denied = readFileSync(`${ROOT}src/lib.rs`, 'utf8').match(/deny\(([^)]*)\)/)[1];

function clippy() {
  mkdirSync(`${CRATE}/src`, { recursive: true });
  // A workspace of its own: it is no member of ours.
  writeFileSync(`${CRATE}/Cargo.toml`, '[package]\nname = "rows"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n');
  const modules = Object.values(USES).map((code, at) => `mod m${at} { ${code} }`);
  const debug = 'fn debug(a: &mut String) { use std::fmt::Write; let _ = write!(a, "{:?}", 1); }';
  writeFileSync(`${CRATE}/src/lib.rs`, `#![deny(${denied})]\n#![allow(unused, dead_code)]\n${modules.join('\n')}\n${debug}\n`);
  const env = { ...process.env, CLIPPY_CONF_DIR: ROOT, CARGO_TARGET_DIR: `${CRATE}/target` };
  const { stderr, status } = spawnSync('cargo', ['clippy', '--quiet', '--offline'], { cwd: CRATE, env, encoding: 'utf8' });
  assert.notEqual(status, 0, stderr);
  return stderr;
}

test('clippy names each row of clippy.toml', () => {
  const said = clippy();
  const rows = [...readFileSync(`${ROOT}clippy.toml`, 'utf8').matchAll(/path = "([^"]+)"/g)].map(([, path]) => path);
  assert.deepEqual(rows.sort(), Object.keys(USES).sort());
  for (const path of rows) assert.match(said, new RegExp(`disallowed \\w+ \`${path}\``), path);
  assert.match(said, /use of `Debug`-based formatting/);
});
