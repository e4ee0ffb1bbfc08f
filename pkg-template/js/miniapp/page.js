// The page on show, and the application's life.

import { callHost } from './call.js';

// The route of the page on show; empty where there is none yet.
export function routeOf() {
  try {
    const pages = typeof getCurrentPages === 'function' ? getCurrentPages() : [];
    const page = pages[pages.length - 1] || {};
    return `${page.route || page.__route__ || page.uri || ''}`;
  } catch (_) {
    return '';
  }
}

// Calls `shown(true or false)` as the application comes and goes, and `network(kind, connected)` with what the network is.
export function watchLife({ _api: api }, shown, network) {
  const undo = [];
  const on = (name, listener) => {
    callHost(api, 'on' + name, listener);
    undo.push(() => callHost(api, 'off' + name, listener));
  };
  on('AppShow', () => shown(true));
  on('AppHide', () => shown(false));
  const told = (state) => state && network(`${state.networkType || ''}`, state.isConnected);
  on('NetworkStatusChange', told);
  callHost(api, 'getNetworkType', { success: told });
  return () => undo.forEach((restore) => restore());
}
