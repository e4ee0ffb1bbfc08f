// Event listeners that are removed when the agent stops.

import { unzoned } from '../core/unzoned.js';

/**
 * `_on` adds a listener; `_stop` removes all that it added.
 * @param {any} scope
 */
export function listenersOf(scope) {
  const [add, remove] = ['addEventListener', 'removeEventListener'].map((name) => unzoned(scope.EventTarget.prototype, name));
  /** @type {(() => void)[]} */
  const undo = [];
  return {
    /**
     * @param {any} target
     * @param {string} type
     * @param {(event: any) => void} listener
     * @param {boolean | AddEventListenerOptions} [options]
     */
    _on(target, type, listener, options) {
      add.call(target, type, listener, options);
      undo.push(() => remove.call(target, type, listener, options));
    },
    _stop: () => undo.forEach((work) => work()),
  };
}
