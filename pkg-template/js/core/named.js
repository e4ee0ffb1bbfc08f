// What an application's function calls something, as text that the engine takes; empty where it does not say, or throws.

import { fitting } from './fitting.js';

/**
 * @param {(value: any) => unknown} parse
 * @param {string} [value] What it is called with.
 */
export function named(parse, value) {
  try {
    return fitting('name', parse(value)) || '';
  } catch (_) {
    return '';
  }
}
