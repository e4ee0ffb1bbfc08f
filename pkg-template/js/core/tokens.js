// Turns the application's configuration into the engine's token stream (src/engine/config/raw.rs). It reads own enumerable
// properties only, each once and inside a `try`: a getter that throws does no harm, and nothing on Object.prototype is taken
// for an option.

const MAX_DEPTH = 6;
// The bound of one object or array; longer ones are cut. The engine's own bounds are lower, and it warns.
const MAX_ITEMS = 500;
// The bound of the whole: an array that contains itself would be endless.
const MAX_TOKENS = 9000;
const MAX_TEXT = 2000;

const clean = (/** @type {string} */ text) => text.replace(/\0/g, '\ufffd');

/**
 * @typedef {object} Callback A function or a RegExp of the configuration; only the host can run it.
 * @property {any} _rule
 * @property {string} _path The option that it belongs to, such as `.tracing.allowedUrls`.
 */

/**
 * Returns what makes the text for the engine, and a copy of what was read. The copy leaves out what no option takes.
 * @param {unknown} config
 * @param {Callback[]} callbacks Functions and copies of RegExps are added here; the text refers to them by index.
 * @param {string} root The beginning of their paths.
 * @returns {{ _text: (resolve: (text: string) => string) => string, _copy?: any }} `resolve` gives the absolute form of a text as
 *   a URL; empty where it is none.
 */
export function tokens(config, callbacks, root = '') {
  /** @type {(string | string[])[]} A text in an array stands for its absolute form. */
  let out = [];
  const add = (/** @type {any} */ value, /** @type {number} */ depth, /** @type {string} */ path) => {
    // A copy has its own lastIndex, so that matching changes nothing the page could see. Compared by name, because the RegExp
    // may come from another realm.
    const pattern = {}.toString.call(value) === '[object RegExp]';
    if (pattern) value = new RegExp(value);
    const type = typeof value;
    if (value == null) out.push('n');
    else if (type === 'boolean') out.push(value ? 't' : 'f');
    else if (type === 'number' && isFinite(value)) out.push('#' + value);
    else if (type === 'string' && value.length <= MAX_TEXT) out.push('"' + value, [value]);
    else if (pattern || type === 'function') out.push((pattern ? 'r' : 'h') + (callbacks.push({ _rule: value, _path: path }) - 1));
    else if (type === 'object' && depth && out.length < MAX_TOKENS) return collect(value, depth - 1, path);
    else {
      out.push('x');
      return;
    }
    return value;
  };
  const collect = (/** @type {any} */ value, /** @type {number} */ depth, /** @type {string} */ path) => {
    const list = Array.isArray(value);
    const keys = list ? value : Object.keys(value);
    const count = Math.min(keys.length, MAX_ITEMS);
    /** @type {any} */
    const copy = __PAGES__ && (list ? [] : { __proto__: null });
    out.push((list ? '[' : '{') + count);
    for (let i = 0; i < count; i++) {
      if (!list) out.push('k' + keys[i]);
      const mark = out.length;
      try {
        const key = list ? i : keys[i];
        const read = add(value[key], depth, list ? path : path + '.' + key);
        if (copy) copy[key] = read;
      } catch (_) {
        out.length = mark;
        out.push('x');
      }
    }
    return copy;
  };
  /** @type {any} */
  let copy;
  try {
    copy = add(config, MAX_DEPTH, root);
  } catch (_) {
    out = ['x'];
  }
  return {
    _text: (resolve) => out.map((one) => clean(typeof one === 'string' ? one : resolve(one[0]))).join('\0'),
    _copy: __PAGES__ && copy,
  };
}
