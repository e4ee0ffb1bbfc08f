// Waits until the page is idle: the document has loaded, and the browser has nothing to do.

import { unzoned } from '../core/unzoned.js';

// Nothing happens earlier than this after the start, in milliseconds: the page's own start comes first.
const PAUSE = 1000;
// After so many pauses the document need not have loaded: some never do.
const PAUSES = 10;
// Nothing waits longer than this for idle time, in milliseconds: a hidden page has none.
const PATIENCE = 2000;

/**
 * Calls `next` in the next task, and `idle` when the page is idle. It asks by a timer, because document.open() would remove a
 * listener.
 * @param {any} scope
 * @param {() => void} next
 * @param {() => void} idle
 */
export function whenIdle(scope, next, idle) {
  const setTimeout = unzoned(scope, 'setTimeout');
  const clearTimeout = unzoned(scope, 'clearTimeout');
  let pauses = 0;
  const check = () => {
    const { document, requestIdleCallback } = scope;
    if (document && document.readyState !== 'complete' && ++pauses < PAUSES) timer = setTimeout.call(scope, check, PAUSE);
    else if (requestIdleCallback) requestIdleCallback.call(scope, idle, { timeout: PATIENCE });
    else idle();
  };
  let timer = setTimeout.call(scope, () => {
    timer = setTimeout.call(scope, check, PAUSE);
    next();
  });
  return () => clearTimeout.call(scope, timer);
}
