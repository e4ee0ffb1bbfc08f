/**
 * How long to wait according to a Retry-After header, which is in seconds or a date. In milliseconds; 0 where it says nothing.
 * @param {string} value
 */
export const retryAfter = (value) => (value ? +value * 1000 || Date.parse(value) - Date.now() || 0 : 0);
