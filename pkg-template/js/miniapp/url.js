// URLs without a URL parser: hosts have none. What comes out is what `URL.href` would be, as far as requests need it.

const HTTP = /^(https?):\/\/([^/\\?#]+)([^?#]*)(\?[^#]*)?/i;
const DEFAULT_PORT = { http: /:80$/, https: /:443$/ };

// UTF-8 in percents; half a character, which has no UTF-8, becomes what a parser makes of it.
const percent = (char) => (/^[\ud800-\udfff]$/.test(char) ? '%EF%BF%BD' : encodeURIComponent(char).replace("'", '%27'));
const encode = (text, unsafe) => text.replace(unsafe, percent);

const UNSAFE_IN_QUERY = /[\ud800-\udbff][\udc00-\udfff]|[^!-~]|["'<>]/g;
const UNSAFE_IN_PATH = /[\ud800-\udbff][\udc00-\udfff]|[^!-~]|["<>^`{}]/g;

// A rule for /public must not match /public/../private.
function withoutDots(path) {
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
export function resolve(text) {
  text = text.replace(/[\t\n\r]/g, '').replace(/^[\0- ]+|[\0- ]+$/g, '');
  const parts = HTTP.exec(text);
  if (!parts) return /^[a-z][\w+.-]*:/i.test(text) ? text.split('#')[0] : '';
  const scheme = parts[1].toLowerCase();
  const host = parts[2].toLowerCase().replace(DEFAULT_PORT[scheme], '');
  const path = withoutDots(encode(parts[3].replace(/\\/g, '/') || '/', UNSAFE_IN_PATH));
  return scheme + '://' + host + path + encode(parts[4] || '', UNSAFE_IN_QUERY);
}
