// Loads the JavaScript core for a script tag on a page without WebAssembly, or with a policy against it: `tracebeam.nowasm.js`,
// which lies beside `tracebeam.js`. If the page's policy refuses that script too, it is not requested, so that the page reports
// no violation.

// The script element has a function under this name; its script calls it with its core. The two files must have the same version.
const OFFER = 'tracebeam ' + __VERSION__;

// The name of the script: with a version or without, with a query or without.
const NAME = /tracebeam(-\d[^/]*)?\.js[^/]*$/;

// The event of a violation comes in a task of its own, soon after the refusal. After this time, in milliseconds, it has come.
const REPORTED = 50;

// The function that waits for the running script's core, if the script was loaded for that.
export const waiting = (/** @type {any} */ { document }) => ((document && document.currentScript) || {})[OFFER];

// Whether a policy lets the script at `src` load. A source with a wildcard in its host counts as another host.
const permits = (/** @type {string} */ policy, /** @type {string} */ src, /** @type {string} */ nonce, /** @type {string} */ origin) =>
  !/trusted-types/.test(policy) &&
  (/script-src-elem ([^;]*)/.exec(policy) || /script-src ([^;]*)/.exec(policy) || /default-src ([^;]*)/.exec(policy) || '*')
    .slice(-1)[0]
    .split(' ')
    .some((source) => /^(\*|'strict-dynamic')$/.test(source) || source === `'nonce-${nonce}'` || beginsWith(src, source, origin));

const beginsWith = (/** @type {string} */ src, /** @type {string} */ source, /** @type {string} */ origin) =>
  source && [src, src.replace(/^.*?\/\//, ''), src.replace(origin + '/', "'self'")].some((form) => form.startsWith(source));

/**
 * Returns a function that loads the core, or throws the error that made it necessary.
 * @param {any} scope
 */
export function beside({ document, location, setTimeout }) {
  return (/** @type {unknown} */ error) => {
    // Looked for only now. `document.currentScript` would name it at the start, but in an empty page the first touch of an
    // element takes as long as a third of the agent's start.
    const tag = [].find.call((document || {}).scripts || [], (/** @type {any} */ { src }) => NAME.test(src));
    const { src, nonce, dataset, crossOrigin } = /** @type {any} */ (tag || {});
    const url = src && src.replace(/tracebeam([^/]*)$/, 'tracebeam.nowasm$1');
    if (url === src || 'noFallback' in dataset) throw error;
    /** @type {string[]} */
    const policies = [];
    const heard = (/** @type {SecurityPolicyViolationEvent} */ { originalPolicy }) => policies.push(originalPolicy);
    document.addEventListener('securitypolicyviolation', heard);
    return new Promise((resolve, reject) => {
      setTimeout(() => {
        document.removeEventListener('securitypolicyviolation', heard);
        if (!policies.every((policy) => permits(policy, url, nonce, location.origin))) return reject(error);
        const script = document.createElement('script');
        script[OFFER] = (/** @type {() => any} */ make) => resolve(make());
        // If the script has called its function by then, this changes nothing.
        script.onload = script.onerror = () => reject(error);
        Object.assign(script, { nonce, crossOrigin, src: url });
        document.head.append(script);
      }, REPORTED);
    });
  };
}
