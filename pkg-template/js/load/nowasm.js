// The core as JavaScript, which the build makes from the wasm module, for pages without WebAssembly.

import { core } from 'tracebeam-core-javascript';

let said = false;

export function instantiate() {
  if (!said) console.info('[tracebeam] runs without WebAssembly, on its JavaScript core');
  said = true;
  return core();
}

/**
 * For a build that has only this core. It has nothing to probe.
 * @type {import('../browser/agent.js').Instantiate}
 */
export const alone = () => (only) => (only ? undefined : instantiate());
