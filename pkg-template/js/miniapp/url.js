// URLs without a URL parser: hosts have none. What comes out is what `URL.href` would be, as far as requests need it.

const HTTP = /^(https?):\/\/([^/\\?#]+)([^?#]*)(\?[^#]*)?/i;

// UTF-8, percent-encoded. Half a surrogate pair has no UTF-8: a URL parser replaces it by U+FFFD.
const percent = (/** @type {string} */ char) =>
  /^[\ud800-\udfff]$/.test(char) ? '%EF%BF%BD' : encodeURIComponent(char).replace("'", '%27');
const encode = (/** @type {string} */ text, /** @type {RegExp} */ unsafe) => text.replace(unsafe, percent);

const UNSAFE_IN_QUERY = /[\ud800-\udbff][\udc00-\udfff]|[^!-~]|["'<>]/g;
const UNSAFE_IN_PATH = /[\ud800-\udbff][\udc00-\udfff]|[^!-~]|["<>^`{}]/g;

// A rule for /public must not match /public/../private.
function withoutDots(/** @type {string} */ path) {
  /** @type {string[]} */
  const out = [];
  const segments = path.split('/');
  segments.forEach((segment, i) => {
    const dots = segment.replace(/%2e/gi, '.');
    const last = i === segments.length - 1;
    if (dots === '..') {
      if (out.length > 1) out.pop();
    } else if (dots !== '.') {
      out.push(segment);
      return;
    }
    if (last) out.push('');
  });
  return out.join('/');
}

// The normalised form of an absolute URL, without its fragment; empty where it is none.
export function resolve(/** @type {string} */ text) {
  text = text.replace(/[\t\n\r]/g, '').replace(/^[\0- ]+|[\0- ]+$/g, '');
  const parts = HTTP.exec(text);
  if (!parts) return /^[a-z][\w+.-]*:/i.test(text) ? text.split('#')[0] : '';
  const scheme = parts[1].toLowerCase();
  const host = parts[2].toLowerCase().replace(scheme === 'http' ? /:80$/ : /:443$/, '');
  const path = withoutDots(encode(parts[3].replace(/\\/g, '/') || '/', UNSAFE_IN_PATH));
  return scheme + '://' + host + path + encode(parts[4] || '', UNSAFE_IN_QUERY);
}
