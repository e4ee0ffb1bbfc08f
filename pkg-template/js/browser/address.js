// Resolves the page's relative URLs, and names the page's own URL.

// A path that the URL parser would leave as it is. Most requests have such a URL, and the parser would cost more than anything
// else in a plain call.
const PLAIN = /^\/\w[\w\-./?=&]*$/;

// What relative URLs are relative to. A worker has no document.
export const baseOf = (/** @type {any} */ { document, location }) => (document || location).baseURI || location.href;

/**
 * Returns a function that makes a URL absolute, by the present base if none is given; empty where the text is no URL.
 * @param {any} scope
 */
export function resolverOf(scope) {
  const { URL } = scope;
  let documentBase = '';
  let root = '';
  return (/** @type {string} */ text, /** @type {string} */ base = '') => {
    try {
      // The base may change at any time.
      const now = base || baseOf(scope);
      if (!PLAIN.test(text) || text.includes('/.')) return new URL(text, now).href;
      if (documentBase !== now) {
        root = new URL('/', now).href.slice(0, -1);
        documentBase = now;
      }
      return root + text;
    } catch (_) {
      return '';
    }
  };
}

// A URL from which the engine takes the page's origin. It must be the origin that the browser uses: a sandboxed frame has an
// opaque one whatever its URL is, and an about: or blob: document has its creator's.
export function pageOf(/** @type {any} */ { location, origin }) {
  const { href } = location;
  if (origin === 'null') return href.replace(/^https?/, 'opaque');
  return !origin || href.startsWith(origin + '/') ? href : origin + '/';
}
