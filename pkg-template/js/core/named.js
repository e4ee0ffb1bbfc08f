// The name that an application's function gives something; empty where it gives none, or throws.

import { fitting } from './fitting.js';

/**
 * @param {(value: any) => unknown} parse
 * @param {string} [value] Its argument.
 */
export function named(parse, value) {
  try {
    return fitting('name', parse(value)) || '';
  } catch (_) {
    return '';
  }
}
