// Event listeners that are removed when the agent stops.

/**
 * `_on` adds a listener; `_stop` removes all that it added.
 * @param {any} scope
 */
export function listenersOf(scope) {
  const { addEventListener, removeEventListener } = scope.EventTarget.prototype;
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
      addEventListener.call(target, type, listener, options);
      undo.push(() => removeEventListener.call(target, type, listener, options));
    },
    _stop: () => undo.forEach((remove) => remove()),
  };
}
