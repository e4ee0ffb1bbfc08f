// Resolves URLs without a URL parser, because hosts have none. The result is that of `URL.href`, as far as requests need it.

const HTTP = /^(https?):\/\/([^/\\?#]+)([^?#]*)(\?[^#]*)?/i;

// Percent-encoded UTF-8. Like a URL parser, it replaces a lone surrogate by U+FFFD.
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

// Normalises an absolute URL and removes its fragment; empty if the text is no absolute URL.
export function resolve(/** @type {string} */ text) {
  text = text.replace(/[\t\n\r]/g, '').replace(/^[\0- ]+|[\0- ]+$/g, '');
  const parts = HTTP.exec(text);
  if (!parts) return /^[a-z][\w+.-]*:/i.test(text) ? text.split('#')[0] : '';
  const scheme = parts[1].toLowerCase();
  const host = parts[2].toLowerCase().replace(scheme === 'http' ? /:80$/ : /:443$/, '');
  const path = withoutDots(encode(parts[3].replace(/\\/g, '/') || '/', UNSAFE_IN_PATH));
  return scheme + '://' + host + path + encode(parts[4] || '', UNSAFE_IN_QUERY);
}
