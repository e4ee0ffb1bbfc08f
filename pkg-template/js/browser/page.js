// The page's life: what hides it, ends it, brings it back. No unload or beforeunload listener,
// which would cost the page its back/forward cache.

// Signals as the engine numbers them (src/host/exports.rs).
const HIDDEN = 2;
const LEAVING = 3;
const SHOWN = 4;
const RESTORED = 5;
const ONLINE = 6;
const FROZEN = 7;

export function watchPage(scope, signal) {
  const { document } = scope;
  // A worker is never hidden, and ends without a sign.
  if (!document) return null;
  // Past zone.js, as its listeners run an application's change detection.
  const target = scope.EventTarget.prototype;
  const addEventListener = target.__zone_symbol__addEventListener || target.addEventListener;
  const removeEventListener = target.__zone_symbol__removeEventListener || target.removeEventListener;
  const listeners = [
    [document, 'visibilitychange', () => signal(document.visibilityState === 'hidden' ? HIDDEN : SHOWN)],
    [scope, 'pagehide', () => signal(LEAVING)],
    [scope, 'pageshow', (event) => event.persisted && signal(RESTORED)],
    [scope, 'online', () => signal(ONLINE)],
    [document, 'freeze', () => signal(FROZEN)],
  ];
  const each = (change) => () => {
    for (const [owner, type, listener] of listeners) change.call(owner, type, listener);
  };
  const add = each(addEventListener);
  let root;
  const listen = () => {
    if (root !== document.documentElement) {
      root = document.documentElement;
      add();
    }
  };
  listen();
  return {
    // document.open() takes all listeners away, and the root with them; to add one that is there changes nothing.
    _listen: listen,
    _stop: each(removeEventListener),
  };
}
