// Fetches settings from the endpoint (`remoteConfig`). If that fails, the page's own configuration holds.

import { SIGNAL_HIDDEN, SIGNAL_RESTORED, SIGNAL_SHOWN } from '../core/door.js';
import { quietly } from './hook.js';

// A page that was hidden for longer than this fetches the settings again, in milliseconds.
const AWAY = 30_000;

// The longest answer that is accepted, in characters.
const MAX_TEXT = 50_000;

// JSON has no RegExp, so a text `/…/` or `/…/i` stands for one. A RegExp that the browser refuses is left out.
const pattern = (/** @type {string} */ _, /** @type {any} */ value) => {
  const found = typeof value === 'string' && /^\/(.+)\/(i?)$/.exec(value);
  if (!found) return value;
  try {
    return new RegExp(found[1], found[2]);
  } catch (_) {
    return null;
  }
};

/**
 * `_pull` fetches `url` and passes the answer to `apply`. Nothing waits for it.
 * @param {any} scope
 * @param {any} fetch The native one.
 * @param {string} url
 * @param {(settings: unknown) => void} apply
 */
export function pullerOf(scope, fetch, url, apply) {
  const { Date } = scope;
  // When the page was hidden, in milliseconds since the epoch.
  let away = Infinity;
  const pull = async () => {
    try {
      // `no-cache` revalidates a cached answer, which costs little where nothing has changed.
      const init = { cache: 'no-cache', credentials: 'omit', referrerPolicy: 'origin' };
      const response = await quietly(() => fetch.call(scope, url, init));
      const text = await response.text();
      if (!response.ok || text.length > MAX_TEXT) throw response.status;
      apply(JSON.parse(text, pattern));
    } catch (error) {
      scope.console.debug('[tracebeam] no remote configuration:', error);
    }
  };
  return {
    _pull: pull,
    // Gets the signals of page.js.
    _signal(/** @type {number} */ what) {
      if (what === SIGNAL_HIDDEN) away = Date.now();
      if (what === SIGNAL_SHOWN || what === SIGNAL_RESTORED) {
        if (Date.now() - away > AWAY) pull();
        away = Infinity;
      }
    },
  };
}
