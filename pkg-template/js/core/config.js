// The page's configuration as the engine's token stream (src/engine/config/raw.rs). Reads own
// enumerable properties only, each once and each caught: nothing in a configuration can throw, and
// nothing on Object.prototype is taken for an option.

const MAX_DEPTH = 6;
const MAX_ITEMS = 1000;
const MAX_TEXT = 2000;

// Returns the text for the engine; functions and RegExps stay in `kept`, under their index.
export function tokens(config, kept) {
  const out = [];
  const add = (value, depth) => {
    const type = typeof value;
    if (value == null) out.push('n');
    else if (type === 'boolean') out.push(value ? 't' : 'f');
    else if (type === 'number' && Math.abs(value) < 1e9) {
      // Whole millionths: the engine parses no floats.
      out.push((value < 0 ? '-' : '#') + Math.round(Math.abs(value) * 1e6));
    } else if (type === 'string' && value.length <= MAX_TEXT) out.push('"' + value.replace(/\0/g, '\ufffd'));
    else if (type === 'function' || value instanceof RegExp) out.push('h' + (kept.push(value) - 1));
    else if (type === 'object' && depth) collect(value, depth - 1);
    else out.push('x');
  };
  const collect = (value, depth) => {
    const list = Array.isArray(value);
    const keys = Object.keys(value).slice(0, MAX_ITEMS);
    out.push((list ? '[' : '{') + keys.length);
    for (const key of keys) {
      if (!list) out.push(key.replace(/\0/g, '\ufffd'));
      const mark = out.length;
      try {
        add(value[key], depth);
      } catch (_) {
        out.length = mark;
        out.push('x');
      }
    }
  };
  try {
    add(config, MAX_DEPTH);
  } catch (_) {
    return 'x';
  }
  return out.join('\0');
}
