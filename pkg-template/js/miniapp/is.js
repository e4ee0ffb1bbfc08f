// What kind of value an application or a host has given. Hosts make values in other realms: no instance checks.

/** @type {(value: unknown) => boolean} */
export const isFunction = (value) => typeof value === 'function';

/** @type {(value: unknown) => boolean} */
export const isObject = (value) => !!value && typeof value === 'object';
