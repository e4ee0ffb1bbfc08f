// The same core twice: as the wasm module, and as the JavaScript that is made from it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const BUILT = new URL('../../../target/xtask/', import.meta.url);
const require = createRequire(import.meta.url);

export const module = new WebAssembly.Module(readFileSync(new URL('core.wasm', BUILT)));
export const javascript = readFileSync(new URL('core.cjs', BUILT), 'utf8');

export const cores = {
  wasm: () => new WebAssembly.Instance(module, {}).exports,
  nowasm: require(new URL('core.cjs', BUILT).pathname),
};
