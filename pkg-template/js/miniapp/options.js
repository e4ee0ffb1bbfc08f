// Copies the options of a call for the host, because the application's object is never changed. The copy has the same prototype
// and the same properties, including those that are not enumerable.

import { create, defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } from './property.js';

// The members that both the agent and the host read. A getter among them is called once for both.
const READ = /^(url|method|headers?|success|fail|complete)$/;

/**
 * @param {any} options
 * @returns {any}
 */
export function copyOf(options) {
  let from = options;
  let above = getPrototypeOf(from);
  const copy = create(above);
  do {
    getOwnPropertyNames(from).forEach((name) => {
      const { get, set, enumerable } = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(from, name));
      // The copy inherits methods. A getter of the class is copied, because it may read private fields of the application's object.
      if ((from !== options && !get) || getOwnPropertyDescriptor(copy, name)) return;
      defineProperty(
        copy,
        name,
        get && !READ.test(name)
          ? { get: () => options[name], set, enumerable, configurable: true }
          : { value: options[name], writable: true, enumerable, configurable: true }
      );
    });
    from = above;
    above = from && getPrototypeOf(from);
  } while (above);
  return copy;
}

/**
 * Sets a member of the copy. It is enumerable unless the application's member was not.
 * @param {any} copy
 * @param {string} name
 * @param {unknown} value
 */
export function put(copy, name, value) {
  let enumerable = !(name in copy);
  for (const shown in copy) if (shown === name) enumerable = true;
  defineProperty(copy, name, { value, writable: true, enumerable, configurable: true });
}
