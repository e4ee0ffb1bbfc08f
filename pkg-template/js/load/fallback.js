// The module, and where WebAssembly is missing or forbidden the JavaScript core instead.

import { instantiate as compile } from './instance.js';

// `load` gives the JavaScript core, or a promise of it; it is called with what went wrong.
export const withFallback = (load) => () => {
  try {
    const core = compile();
    return core.then ? core.then(null, load) : core;
  } catch (error) {
    return load(error);
  }
};
