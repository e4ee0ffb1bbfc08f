// Instantiates the core as WebAssembly on the hosts that have it, from a file of the package. Requests that leave before it is
// ready are reported without headers (core/line.js).

/** @type {Record<string, () => HostWebAssembly | false | undefined>} */
const LOADERS = {
  wechat: () => typeof WXWebAssembly !== 'undefined' && WXWebAssembly,
  douyin: () => typeof TTWebAssembly !== 'undefined' && TTWebAssembly,
};

// The file's place according to docs/miniprogram.md. The path starts at the root, because Douyin resolves others against the page.
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
  // Some hosts answer with the instance, others with an object that contains it.
  loader.instantiate(path, {}).then((made) => use(/** @type {any} */ ((made.instance || made).exports)), failed);
}
