// The options of a call as the host gets them: a copy, because the application's object is never changed. It has the same
// prototype and the same properties, also those that an enumeration does not show.

import { create, defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } from './property.js';

// The agent reads these members, and the host does: a getter among them is called once, for both.
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
      // Methods are inherited. A getter of the class is not: it may read private fields, which only the application's object has.
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
 * Gives the copy a member. An enumeration shows it unless it has hidden the application's.
 * @param {any} copy
 * @param {string} name
 * @param {unknown} value
 */
export function put(copy, name, value) {
  let enumerable = !(name in copy);
  for (const shown in copy) if (shown === name) enumerable = true;
  defineProperty(copy, name, { value, writable: true, enumerable, configurable: true });
}
