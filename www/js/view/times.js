// The windows of time that pages offer.

/** @type {[string, string, number][]} */
const WINDOWS = [
  ['15m', 'last 15 minutes', 15 * 60_000],
  ['1h', 'last hour', 3_600_000],
  ['24h', 'last 24 hours', 24 * 3_600_000],
  ['7d', 'last 7 days', 7 * 24 * 3_600_000],
];

/** @type {[string, string][]} */
export const TIME_OPTIONS = WINDOWS.map(([value, text]) => [value, text]);

/**
 * How many milliseconds a window lasts; `null` for one that is not known.
 * @param {string | null} value
 */
export function windowMs(value) {
  return WINDOWS.find(([name]) => name === value)?.[2] ?? null;
}

/**
 * The API's parameters for filters of a page: a relative time becomes one since the epoch.
 * @param {URLSearchParams} filters
 */
export function parameters(filters, now = Date.now()) {
  const own = new URLSearchParams(filters);
  const length = windowMs(own.get('since'));
  own.delete('since');
  if (length) own.set('from', String(now - length));
  return own;
}
