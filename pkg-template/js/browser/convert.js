// Converts an argument that is an object to text, once. The native function gets the text, or an object that throws the page's
// error again, so that the page's conversion never runs twice.

export const throwing = (/** @type {unknown} */ error) => () => {
  throw error;
};

export const isObject = (/** @type {unknown} */ value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

// Returns an object if the conversion failed.
export function textOf(/** @type {any} */ value) {
  try {
    return `${value}`;
  } catch (error) {
    return typeof value.toString === 'function' ? { toString: throwing(error) } : value;
  }
}
