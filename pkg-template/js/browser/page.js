// The page's life: when it is hidden, everything leaves at once. No unload or beforeunload listener,
// which would cost the page its back/forward cache.

export function watchPage(scope, onHide) {
  const { document } = scope;
  // A worker is never hidden, and ends without a sign.
  if (!document) return;
  const { addEventListener, removeEventListener } = scope.EventTarget.prototype;
  const hidden = () => {
    if (document.visibilityState === 'hidden') onHide();
  };
  addEventListener.call(document, 'visibilitychange', hidden);
  addEventListener.call(scope, 'pagehide', onHide);
  return () => {
    removeEventListener.call(document, 'visibilitychange', hidden);
    removeEventListener.call(scope, 'pagehide', onHide);
  };
}
