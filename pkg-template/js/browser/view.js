// Tells when the address changes: the engine begins a new view if the new one has another name. Nothing is patched: the
// Navigation API says when. Where there is none, the address is compared at popstate, hashchange, and each request.

import { listenersOf } from './listen.js';

/**
 * @param {any} scope
 * @param {(href: string, name: string) => void} show The page shows what is at `href`; `name` is empty where nobody has named it.
 */
export function watchView(scope, show) {
  const { navigation, location } = scope;
  const { _on: on, _stop } = listenersOf(scope);
  let last = location.href;

  const check = () => {
    const { href } = location;
    if (href !== last) show((last = href), '');
  };

  if (navigation && navigation.addEventListener) {
    on(navigation, 'currententrychange', check);
  } else {
    on(scope, 'popstate', check);
    on(scope, 'hashchange', check);
  }
  return {
    _request: navigation ? () => {} : check,
    _stop,
  };
}
