// What a Rust application hears of the agent, beside the interface that all applications have. Only the bundle of the crate
// tracebeam-web contains this (`__RUST__`).

/** @type {string[]} Every warning so far. */
const warnings = [];
/** @type {(() => void)[]} The flushes under way. */
const flushes = [];
/** @type {((headers: string[]) => void) | undefined} */
let listener;

export const hear = (/** @type {string} */ text) => warnings.push(text);
export const heard = () => warnings;

// `done` is called once everything that waits has been handed to the browser.
export const awaitFlush = (/** @type {() => void} */ done) => flushes.push(done);
export const left = () => flushes.splice(0).forEach((done) => done());

// `listen` gets the headers of each request that carries some, as [name, value, …], before the request leaves.
export const observe = (/** @type {(headers: string[]) => void} */ listen) => void (listener = listen);
export const traced = (/** @type {string[]} */ headers) => {
  try {
    if (listener) listener(headers);
  } catch (_) {
    // It is the application's code: the request leaves all the same.
  }
};

// There is no other core: the agent does not start.
export const refuse = (/** @type {unknown} */ error) => {
  throw error;
};
