// The core as WebAssembly, for the hosts that have it: a file of the package, by its path. Requests that leave before it is
// there are remembered, and reported as what they are.

/** @type {Record<string, () => any>} */
const LOADERS = {
  wechat: () => typeof WXWebAssembly !== 'undefined' && WXWebAssembly,
  douyin: () => typeof TTWebAssembly !== 'undefined' && TTWebAssembly,
};

// Where docs/miniprogram.md puts the package's folder `wasm`. From the root: Douyin takes another path for the page's own.
const PATH = '/tracebeam/core.wasm.br';

/** @type {import('../miniapp/agent.js').Instantiate} */
export function instantiate({ _name: name }, use, failed, config) {
  const loader = LOADERS[name] && LOADERS[name]();
  if (!loader) return failed('this host has no WebAssembly; use tracebeam/miniapp');
  let path = (config || {}).wasmPath;
  if (typeof path !== 'string' || !path) {
    if (path != null) console.warn('[tracebeam] wasmPath must be a path from the root; using ' + PATH);
    path = PATH;
  }
  // Hosts answer with the instance, or with an object that has it.
  loader.instantiate(path, {}).then((/** @type {any} */ made) => use((made.instance || made).exports), failed);
}
