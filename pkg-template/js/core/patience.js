/**
 * How long to wait, in milliseconds, by a Retry-After header in seconds or as a date; 0 where it says nothing.
 * @param {string} value
 */
export const patience = (value) => (value ? +value * 1000 || Date.parse(value) - Date.now() || 0 : 0);
