// The files that the checks of this folder read.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';

export const ROOT = new URL('../..', import.meta.url).pathname;

const ROOTS = 'src gateway demo web xtask pkg-template www tests benches docs examples'.split(' ');
const DOCUMENTS = ['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'README.md'];
// Other people's files and generated ones.
const SKIPPED = /\/(node_modules|target|dist)\/|^tests\/pkg\/out\/|^web\/js\//;

/** The text of a file, empty for a folder; undefined where there is neither. */
export function readFile(path) {
  const file = ROOT + path;
  if (!existsSync(file)) return undefined;
  return statSync(file).isDirectory() ? '' : readFileSync(file, 'utf8');
}

/** Our files whose names match, each as { path, text }; paths start at the checkout's root. */
export function filesOf(pattern) {
  const found = ROOTS.filter((root) => existsSync(ROOT + root)).flatMap((root) =>
    readdirSync(ROOT + root, { recursive: true }).map((name) => `${root}/${name}`)
  );
  const files = [...DOCUMENTS, ...found].filter((path) => pattern.test(path) && !SKIPPED.test(path));
  return files.sort().map((path) => ({ path, text: readFile(path) }));
}

/** Rust and JavaScript. `src/**\/tests.rs` is the file of a `#[cfg(test)] mod tests;`. */
export const sources = () =>
  filesOf(/\.(rs|js|mjs)$/).filter(({ path }) => !/^src\/.*\/tests\.rs$/.test(path) && !path.includes('/testdata/'));

/**
 * The code of a Rust file, line by line, without comments. Tests stand at the file's end and are left out: they may import what
 * they like. A text with `//` in it ends the line too, which hides no import.
 */
export const codeOf = (text) => text.split(/^#\[cfg\(test\)\]$/m)[0].replace(/\/\/.*/g, '');

/** The number of the line at an index of the text. */
export const lineAt = (text, index) => text.slice(0, index).split('\n').length;
