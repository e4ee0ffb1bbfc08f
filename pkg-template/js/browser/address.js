// Where the page is, and what its relative URLs mean.

// A path that the URL parser would take as it is; most requests' URLs are such, and the parser is the dearest
// part of an unremarkable call.
const PLAIN = /^\/\w[\w\-./?=&]*$/;

/**
 * Returns a function that gives a URL's absolute form; empty where it is none.
 * @param {any} scope
 */
export function resolverOf(scope) {
  const { URL } = scope;
  let documentBase = '';
  let root = '';
  return (/** @type {string} */ text) => {
    try {
      // A worker has no document. The base can change at any time.
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

// The page's URL, of which the engine takes the origin. It must be the one that the browser goes by: a sandboxed frame has
// an opaque origin, whatever its URL says, and an about: or blob: document has its creator's.
export function pageOf(/** @type {any} */ { location, origin }) {
  const { href } = location;
  if (origin === 'null') return href.replace(/^https?/, 'opaque');
  return !origin || href.startsWith(origin + '/') ? href : origin + '/';
}
