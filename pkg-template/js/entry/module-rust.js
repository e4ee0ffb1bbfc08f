// The agent of the crate tracebeam-web. A Rust application has WebAssembly, so no JavaScript core comes along.

import { withFallback } from '../load/fallback.js';
import { facadeOf } from '../browser/facade.js';
import { awaitFlush, heard, observe, refuse } from '../core/listener.js';

const facade = facadeOf(withFallback(refuse));
export const { init, stop, setUser, setView, sendEvent, getTraceContext } = facade;
export const flush = (/** @type {() => void} */ done) => void (awaitFlush(done), facade.flush());
export const warnings = () => {
  // The engine warns of the configuration when it is made. This call makes it.
  if (!heard().length) facade.getConfig();
  return heard();
};
export { observe };
