// Arguments that are objects become text once: the native function gets the text, or meets the page's error where it
// would have met it, without the page's code running twice.

export const throwing = (/** @type {unknown} */ error) => () => {
  throw error;
};

export const isObject = (/** @type {unknown} */ value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

// Still an object where the conversion failed.
export function textOf(/** @type {any} */ value) {
  try {
    return `${value}`;
  } catch (error) {
    return typeof value.toString === 'function' ? { toString: throwing(error) } : value;
  }
}
