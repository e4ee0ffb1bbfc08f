// The view on show: a new one for every route that has another name. Nothing is patched for it: the
// Navigation API says when the route changes, and where there is none, the address is looked at when
// the browser's own events, or the page's next request, give reason to.

/**
 * @param {any} scope
 * @param {(href: string, name: string) => void} show The page shows what is at `href`; `name` is empty where nobody has named it.
 */
export function watchView(scope, show) {
  const { navigation, location } = scope;
  const { addEventListener, removeEventListener } = scope.EventTarget.prototype;
  const undo = [];
  let last = location.href;

  const check = () => {
    const { href } = location;
    if (href !== last) show((last = href), '');
  };
  const on = (/** @type {any} */ target, /** @type {string} */ type, /** @type {() => void} */ listener) => {
    addEventListener.call(target, type, listener);
    undo.push(() => removeEventListener.call(target, type, listener));
  };

  if (navigation && navigation.addEventListener) {
    on(navigation, 'currententrychange', check);
  } else {
    on(scope, 'popstate', check);
    on(scope, 'hashchange', check);
  }
  return {
    _request: navigation ? () => {} : check,
    _stop: () => undo.forEach((restore) => restore()),
  };
}
