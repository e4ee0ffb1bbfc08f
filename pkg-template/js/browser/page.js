// Signals of the page's life cycle: hidden, shown, left, restored, online, frozen. There is no unload or beforeunload listener,
// because these keep the page out of the back/forward cache.

import {
  SIGNAL_FROZEN,
  SIGNAL_HIDDEN,
  SIGNAL_LEAVING,
  SIGNAL_OFFLINE,
  SIGNAL_ONLINE,
  SIGNAL_RESTORED,
  SIGNAL_SHOWN,
} from '../core/door.js';
import { unzoned } from '../core/unzoned.js';

/**
 * @param {any} scope
 * @param {(what: number) => void} signal Is called with a SIGNAL_ number.
 */
export function watchPage(scope, signal) {
  const { document } = scope;
  // A worker is never hidden, and ends without an event.
  if (!document) return null;
  const target = scope.EventTarget.prototype;
  const listeners = [
    [document, 'visibilitychange', () => signal(document.visibilityState === 'hidden' ? SIGNAL_HIDDEN : SIGNAL_SHOWN)],
    [
      scope,
      'pagehide',
      () => {
        // The page may leave before its `offline` event is fired.
        if (!scope.navigator.onLine) signal(SIGNAL_OFFLINE);
        signal(SIGNAL_LEAVING);
      },
    ],
    [scope, 'pageshow', (/** @type {PageTransitionEvent} */ event) => event.persisted && signal(SIGNAL_RESTORED)],
    [scope, 'online', () => signal(SIGNAL_ONLINE)],
    [scope, 'offline', () => signal(SIGNAL_OFFLINE)],
    [document, 'freeze', () => signal(SIGNAL_FROZEN)],
  ];
  const [add, remove] = ['addEventListener', 'removeEventListener'].map((name) => {
    const change = unzoned(target, name);
    return () => {
      for (const [owner, type, listener] of listeners) change.call(owner, type, listener);
    };
  });
  /** @type {Element | undefined} */
  let root;
  const listen = () => {
    if (root !== document.documentElement) {
      root = document.documentElement;
      add();
    }
  };
  // The root is not looked at yet: the first touch of an element takes the browser longer than all listeners.
  add();
  return {
    // document.open() removes all listeners and replaces the root element: after a new root they are added again. Adding a
    // listener that is still there changes nothing.
    _listen: listen,
    _stop: remove,
  };
}
