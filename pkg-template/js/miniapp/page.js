// The page on show, and the application's life.

import { callHost } from './call.js';

// The route of the page on show; empty where there is none yet.
export function routeOf() {
  try {
    const pages = getCurrentPages();
    const page = pages[pages.length - 1] || {};
    return '' + (page.route || page.__route__ || page.uri || '');
  } catch (_) {
    // There are no pages before the launch, and some hosts have no such function.
    return '';
  }
}

/**
 * Calls `shown` when the application comes to the foreground or leaves it, and `network` when the network changes. Returns a
 * function that stops this.
 * @param {import('./hosts.js').Host} host
 * @param {(now: boolean) => void} shown
 * @param {(kind: string, connected: boolean) => void} network
 */
export function watchLife({ _api: api }, shown, network) {
  /** @type {[string, any][]} */
  const listeners = [
    ['AppShow', () => shown(true)],
    ['AppHide', () => shown(false)],
    ['NetworkStatusChange', (/** @type {any} */ state) => state && network('' + (state.networkType || ''), state.isConnected)],
  ];
  const all = (/** @type {string} */ verb) => listeners.forEach(([name, listener]) => callHost(api, verb + name, listener));
  all('on');
  callHost(api, 'getNetworkType', { success: listeners[2][1] });
  return () => all('off');
}
