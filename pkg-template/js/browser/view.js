// Notices when the page's address changes; the engine begins a view if the new name differs. Nothing is patched: the Navigation
// API has an event for it. Without that API the address is compared at popstate, hashchange, and each request.

import { listenersOf } from './listen.js';

/**
 * @param {any} scope
 * @param {(href: string, name: string) => void} show The page now shows `href`; `name` is empty unless the application has named the view.
 */
export function watchView(scope, show) {
  const { navigation, location } = scope;
  const { _on: on, _stop } = listenersOf(scope);
  const first = location.href;
  let last = first;

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
    // What the page showed at the start.
    _first: first,
    _request: navigation ? () => {} : check,
    _stop,
  };
}
