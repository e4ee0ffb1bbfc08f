// Checks of values from the application or the host. There is no `instanceof`, because hosts make values in other realms.

/** @type {(value: unknown) => boolean} */
export const isFunction = (value) => typeof value === 'function';

/** @type {(value: unknown) => boolean} */
export const isObject = (value) => !!value && typeof value === 'object';
