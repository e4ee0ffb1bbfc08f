// The core as WebAssembly, for the hosts that have it: a file of the package, by its path. Requests that leave before it is
// there are remembered, and reported as what they are.

/** @type {Record<string, () => HostWebAssembly | false | undefined>} */
const LOADERS = {
  wechat: () => typeof WXWebAssembly !== 'undefined' && WXWebAssembly,
  douyin: () => typeof TTWebAssembly !== 'undefined' && TTWebAssembly,
};

// Where docs/miniprogram.md puts the package's folder `wasm`. From the root: Douyin takes another path for the page's own.
const PATH = '/tracebeam/core.wasm.br';

/**
 * @param {{ _name: string }} host
 * @param {(core: import('../core/door.js').Exports) => void} use
 * @param {(error: unknown) => void} failed
 * @param {any} config
 * @returns {void}
 */
export function instantiate({ _name: name }, use, failed, config) {
  const loader = LOADERS[name] && LOADERS[name]();
  if (!loader) return failed('this host has no WebAssembly; use tracebeam/miniapp');
  let path = (config || {}).wasmPath;
  if (typeof path !== 'string' || !path) {
    if (path != null) console.warn('[tracebeam] wasmPath must be a path from the root; using ' + PATH);
    path = PATH;
  }
  // Hosts answer with the instance, or with an object that has it.
  loader.instantiate(path, {}).then((made) => use(/** @type {any} */ ((made.instance || made).exports)), failed);
}
