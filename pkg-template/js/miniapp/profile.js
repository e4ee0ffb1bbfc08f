// Turns what the host has measured (`res.profile` on WeChat and Douyin) and the Server-Timing header into an entry for the engine
// (src/engine/timing/entry.rs).

import { plain } from '../core/plain.js';
import { isObject } from './is.js';
import { headerOf } from './outcome.js';

// In the engine's order, and spelled as the hosts spell them.
const MOMENTS =
  'redirectStart redirectEnd fetchStart domainLookUpStart domainLookUpEnd connectStart SSLconnectionStart connectEnd requestStart responseStart responseEnd'.split(
    ' '
  );
const METRICS = ['traceparent', 'dttrid', 'dtsinfo', 'dtrpid'];
const METRIC = new RegExp('(?:^|,)\\s*(' + METRICS.join('|') + ')\\s*;\\s*desc\\s*=\\s*(?:"([^"]*)"|([^\\s;,"]*))', 'gi');

// A profile that is longer than the call by more than this is in another unit: some devices count microseconds.
const SLACK_MS = 100;

const number = (/** @type {any} */ value) => (isFinite(value) && value > 0 ? +value : 0);

/**
 * The entry for an answer; empty if the host has measured nothing.
 * @param {import('./outcome.js').Result} result
 * @param {number} status
 * @param {number} duration How long the call took, in milliseconds.
 */
export function entryOf(result, status, duration) {
  const { profile } = result;
  const server = headerOf(result, 'server-timing');
  if (!isObject(profile) && !server) return '';
  const given = profile || {};
  const moments = MOMENTS.map((name) => number(given[name]));
  const happened = moments.filter((moment) => moment);
  const first = Math.min.apply(null, happened);
  const usable = happened.length && Math.max.apply(null, happened) - first <= duration + SLACK_MS;
  // The entry's times count from the start of the call, which is 1.
  /** @type {(number | string)[]} */
  const parts = [usable ? 1 : 0].concat(moments.map((moment) => (usable && moment ? moment - first + 1 : 0)));
  const size = headerOf(result, 'content-encoding') ? 0 : number(headerOf(result, 'content-length'));
  parts.push(0, size ? number(given.receivedBytedCount) : 0, size, status);
  const protocol = plain('' + (given.protocol || ''));
  parts.push('', '', protocol === 'unknown' ? '' : protocol.replace(/^http1\.1$/, 'http/1.1'), '', '', '', '');
  if (server) {
    /** @type {Record<string, string>} */
    const found = {};
    server.replace(METRIC, (_, name, quoted, bare) => {
      name = name.toLowerCase();
      return (found[name] = found[name] || quoted || bare);
    });
    METRICS.forEach((name) => parts.push(found[name] || ''));
  }
  return parts.join('\0');
}
