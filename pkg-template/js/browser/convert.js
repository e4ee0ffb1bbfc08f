// Arguments that are objects become text once: the native function gets the text, or meets the page's error where it
// would have met it, without the page's code running twice.

export const throwing = (error) => () => {
  throw error;
};

export const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

// An object still, where the conversion failed.
export function textOf(value) {
  try {
    return `${value}`;
  } catch (error) {
    return typeof value.toString === 'function' ? { toString: throwing(error) } : value;
  }
}
