// A host's functions that answer at once: absent on one, throwing on another.

/**
 * What `name` answers; an empty object where it does not.
 * @param {any} api
 * @param {string} name
 * @param {any} [argument]
 */
export function callHost(api, name, argument) {
  try {
    return (typeof api[name] === 'function' && api[name](argument)) || {};
  } catch (_) {
    return {};
  }
}
