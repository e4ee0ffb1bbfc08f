// The module, and where WebAssembly is missing or forbidden the JavaScript core instead.

import { instantiate as compile } from './instance.js';

// `load` gives the JavaScript core, or a promise of it.
export const withFallback = (load) => () => {
  try {
    const core = compile();
    return core.then ? core.then(null, load) : core;
  } catch (_) {
    return load();
  }
};
