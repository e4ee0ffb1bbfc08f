// The module from a file of its own, compiled while it arrives.

// `load` gives the JavaScript core, or a promise of it; `beside`: where the file lies if nobody says.
export const external = (load, beside) => (options) => {
  // Begun before anything is patched: what fetches the module is neither traced nor reported.
  const given = (options && options.wasm) || beside();
  const begun = typeof given === 'string' || given instanceof URL ? fetch(given) : given;
  const instance = async () => {
    const source = await begun;
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
    ({ exports }) => exports,
    (error) => {
      console.warn('[tracebeam] the module could not be used:', error);
      return load();
    }
  );
};
