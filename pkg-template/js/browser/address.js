// Resolves the page's relative URLs, and names the page's own URL.

// A path that the URL parser would leave as it is. Most requests have such a URL, and the parser would cost more than anything
// else in a plain call.
const PLAIN = /^\/\w[\w\-./?=&]*$/;

/**
 * Returns a function that makes a URL absolute; empty where the text is no URL.
 * @param {any} scope
 */
export function resolverOf(scope) {
  const { URL } = scope;
  let documentBase = '';
  let root = '';
  return (/** @type {string} */ text) => {
    try {
      // A worker has no document. The base may change at any time.
      const now = (scope.document || scope.location).baseURI || scope.location.href;
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
