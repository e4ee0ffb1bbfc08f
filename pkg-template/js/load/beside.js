// The JavaScript core for a script tag whose page has no WebAssembly, or forbids it: from `tracebeam.nowasm.js`, which lies
// beside `tracebeam.js`. Where the page's policy would refuse that script too, it is not asked for: no violation is reported.

// A script element carries what its script calls with its core. The name has the version, for the two must be one.
const OFFER = 'tracebeam ' + __VERSION__;

// Violations are reported in tasks of their own, right after the one that was refused. In milliseconds.
const REPORTED = 50;

// What waits for the core of the script that runs, if it was loaded for that.
export const waiting = (/** @type {any} */ { document }) => ((document && document.currentScript) || {})[OFFER];

// Whether a policy lets `script` load. Sources with wildcards in their hosts count as others.
const permits = (/** @type {string} */ policy, /** @type {string} */ src, /** @type {string} */ nonce, /** @type {string} */ origin) =>
  !/trusted-types/.test(policy) &&
  (/script-src-elem ([^;]*)/.exec(policy) || /script-src ([^;]*)/.exec(policy) || /default-src ([^;]*)/.exec(policy) || '*')
    .slice(-1)[0]
    .split(' ')
    .some((source) => /^(\*|'strict-dynamic')$/.test(source) || source === `'nonce-${nonce}'` || beginsWith(src, source, origin));

const beginsWith = (/** @type {string} */ src, /** @type {string} */ source, /** @type {string} */ origin) =>
  source && [src, src.replace(/^.*?\/\//, ''), src.replace(origin + '/', "'self'")].some((form) => form.startsWith(source));

/**
 * Gives what loads the core, or throws the error that made it necessary.
 * @param {any} scope
 */
export function beside({ document, location, HTMLScriptElement, setTimeout }) {
  const tag = document && document.currentScript;
  return (/** @type {unknown} */ error) => {
    const { src, nonce, dataset } = tag instanceof HTMLScriptElement ? tag : {};
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
        // After it has run, this changes nothing unless it had no core.
        script.onload = script.onerror = () => reject(error);
        Object.assign(script, { nonce, crossOrigin: tag.crossOrigin, src: url });
        document.head.append(script);
      }, REPORTED);
    });
  };
}
