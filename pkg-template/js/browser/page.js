// The page's life: when it is hidden, everything leaves at once. No unload or beforeunload listener,
// which would cost the page its back/forward cache.

export function watchPage(scope, onHide) {
  const { document } = scope;
  // A worker is never hidden, and ends without a sign.
  if (!document) return null;
  // Past zone.js, as its listeners run an application's change detection.
  const target = scope.EventTarget.prototype;
  const addEventListener = target.__zone_symbol__addEventListener || target.addEventListener;
  const removeEventListener = target.__zone_symbol__removeEventListener || target.removeEventListener;
  const hidden = () => {
    if (document.visibilityState === 'hidden') onHide();
  };
  const listen = () => {
    addEventListener.call(document, 'visibilitychange', hidden);
    addEventListener.call(scope, 'pagehide', onHide);
  };
  listen();
  return {
    // document.open() takes all listeners away; to add one that is there changes nothing.
    _listen: listen,
    _stop() {
      removeEventListener.call(document, 'visibilitychange', hidden);
      removeEventListener.call(scope, 'pagehide', onHide);
    },
  };
}
