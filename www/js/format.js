// Numbers and times as people read them.

/**
 * 0.42 ms, 21.3 ms, 1.20 s.
 * @param {number} ms
 */
export function duration(ms) {
  if (!Number.isFinite(ms)) return '–';
  if (ms >= 60_000) return `${(ms / 60_000).toFixed(1)} min`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms >= 100) return `${ms.toFixed(0)} ms`;
  if (ms >= 10) return `${ms.toFixed(1)} ms`;
  return `${ms.toFixed(2)} ms`;
}

/**
 * 14:02:07.318, local time.
 * @param {number} msSinceEpoch
 */
export function clock(msSinceEpoch) {
  const date = new Date(msSinceEpoch);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/**
 * now, 12 s ago, 5 min ago, 3 h ago, 2 d ago.
 * @param {number} msSinceEpoch
 */
export function ago(msSinceEpoch, now = Date.now()) {
  const seconds = Math.max(0, (now - msSinceEpoch) / 1_000);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/**
 * Milliseconds from nanoseconds, which come as text since a number cannot hold them exactly.
 * @param {string} text
 */
export function nanosToMs(text) {
  return Number(BigInt(text) / 1_000n) / 1_000;
}

/**
 * 1 span, 2 spans.
 * @param {number} number
 * @param {string} word
 */
export function count(number, word) {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
