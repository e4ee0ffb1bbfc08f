// The address of a page: `#/page/id?filter=value`. It stands in the fragment, so that ids of users and sessions stay
// out of the logs of proxies. No DOM here.

const TRACE = /^[0-9a-f]{32}$/i;

/**
 * Reads an address. One that names no page is the first page's.
 * @param {string} hash
 * @returns {Route}
 */
export function parse(hash) {
  const text = hash.replace(/^#\/?/, '');
  // An address of an older version: the trace's id alone.
  if (TRACE.test(text)) return { page: 'trace', id: text.toLowerCase(), filters: new URLSearchParams() };
  const [path = '', query = ''] = text.split(/\?(.*)/s);
  const [page = '', id = ''] = path.split(/\/(.*)/s);
  return { page: page || 'requests', id: decoded(id), filters: new URLSearchParams(query) };
}

/**
 * Writes an address; filters without a value are left out.
 * @param {string} page
 * @param {string} [id]
 * @param {Iterable<readonly [string, string]> | Record<string, string | null | undefined>} [filters]
 */
export function address(page, id = '', filters = []) {
  const entries = Symbol.iterator in filters ? [...filters] : Object.entries(filters);
  const query = new URLSearchParams(entries.filter(([, value]) => value).map(([name, value]) => [name, String(value)]));
  return `#/${page}${id && `/${encodeURIComponent(id)}`}${query.size > 0 ? `?${query}` : ''}`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
