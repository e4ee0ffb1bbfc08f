// The view on show: a new one for every route that has another name. Nothing is patched for it: the
// Navigation API says when the route changes, and where there is none, the address is looked at when
// the browser's own events, or the page's next request, give reason to.

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
