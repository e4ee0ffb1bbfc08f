// Loads the module from a file of its own, and compiles it while it arrives.

/**
 * @typedef {import('../../external.js').WasmSource} Source
 * @typedef {import('../core/door.js').Exports} Exports
 */

/**
 * Returns a function that instantiates the module in `options.wasm`.
 * @param {() => Exports | Promise<Exports>} load Loads the JavaScript core.
 * @param {() => Source | Promise<Source>} beside The file's default address.
 * @returns {(options?: { wasm?: Source | Promise<Source> }) => Promise<Exports>}
 */
export const external = (load, beside) => (options) => {
  // Starts before anything is patched, so that the request for the module is neither traced nor reported.
  const named = (options && options.wasm) || beside();
  const coming = typeof named === 'string' || named instanceof URL ? fetch(named) : named;
  const instance = async () => {
    /** @type {any} The application may pass a promise of any kind of source. */
    const source = await coming;
    if (source instanceof WebAssembly.Module) return WebAssembly.instantiate(source, {});
    const answer = typeof source.arrayBuffer === 'function';
    if (answer && !source.ok) throw new Error(`${source.url}: ${source.status}`);
    // Streaming needs the right content type, which not every server sends.
    if (answer && WebAssembly.instantiateStreaming && /^application\/wasm/.test(source.headers.get('content-type'))) {
      return (await WebAssembly.instantiateStreaming(source, {})).instance;
    }
    return (await WebAssembly.instantiate(answer ? await source.arrayBuffer() : source, {})).instance;
  };
  return instance().then(
    ({ exports }) => /** @type {any} */ (exports),
    (error) => {
      console.warn('[tracebeam] the module could not be used:', error);
      return load();
    }
  );
};
