// The same core as JavaScript, made from the wasm module by the build: for where there is no WebAssembly.

import { core } from 'tracebeam-core-javascript';

let said = false;

export function instantiate() {
  if (!said) console.info('[tracebeam] runs without WebAssembly, on its JavaScript core');
  said = true;
  return core();
}
