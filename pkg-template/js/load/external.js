// The module from a file of its own, compiled while it arrives.

/**
 * @typedef {import('../../external.js').WasmSource} Source
 * @typedef {import('../core/door.js').Exports} Exports
 */

/**
 * Returns what instantiates the module that `options.wasm` names.
 * @param {() => Exports | Promise<Exports>} load Gives the JavaScript core.
 * @param {() => Source | Promise<Source>} beside Where the file lies if nobody says.
 * @returns {(options?: { wasm?: Source | Promise<Source> }) => Promise<Exports>}
 */
export const external = (load, beside) => (options) => {
  // Begun before anything is patched: what fetches the module is neither traced nor reported.
  const named = (options && options.wasm) || beside();
  const coming = typeof named === 'string' || named instanceof URL ? fetch(named) : named;
  const instance = async () => {
    /** @type {any} A promise of any of them may come from the application. */
    const source = await coming;
    if (source instanceof WebAssembly.Module) return WebAssembly.instantiate(source, {});
    const answer = typeof source.arrayBuffer === 'function';
    if (answer && !source.ok) throw new Error(`${source.url}: ${source.status}`);
    // Streaming wants the right type, which not every server gives.
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
