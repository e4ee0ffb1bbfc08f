// The agent of the crate tracebeam-web. A Rust application has WebAssembly, so no JavaScript core comes along.

import { instantiate } from '../load/instance.js';
import { facadeOf } from '../browser/facade.js';
import { awaitFlush, heard, observe } from '../core/listener.js';

const facade = facadeOf(instantiate);
export const { init, stop, setUser, setView, sendEvent, getTraceContext } = facade;
export const flush = (/** @type {() => void} */ done) => {
  awaitFlush(done);
  facade.flush();
};
export { heard as warnings, observe };
