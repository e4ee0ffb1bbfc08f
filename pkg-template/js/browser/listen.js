// Listeners that the agent takes away when it goes.

/**
 * Returns a function that adds a listener, and one that removes all that were added.
 * @param {any} scope
 */
export function listenersOf(scope) {
  const { addEventListener, removeEventListener } = scope.EventTarget.prototype;
  const undo = [];
  return {
    _on(target, type, listener, options) {
      addEventListener.call(target, type, listener, options);
      undo.push(() => removeEventListener.call(target, type, listener, options));
    },
    _stop: () => undo.forEach((remove) => remove()),
  };
}
