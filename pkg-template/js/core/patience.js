// Retry-After, in seconds or as a date, in milliseconds.
export const patience = (value) => (value ? +value * 1000 || Date.parse(value) - Date.now() || 0 : 0);
