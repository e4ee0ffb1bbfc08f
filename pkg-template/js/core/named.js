// What an application's function calls something, as text that the engine takes; empty where it does not say, or throws.

import { plain } from './plain.js';

export function named(parse, value) {
  try {
    const name = parse(value);
    return typeof name === 'string' ? plain(name.slice(0, 1000)) : '';
  } catch (_) {
    return '';
  }
}
