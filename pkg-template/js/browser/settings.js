// Finds the script tag's configuration: in `__rum`, in the asynchronous snippet's `__bl.config`, or in the tag's attributes.

export function settingsOf(/** @type {any} */ scope) {
  const { __rum, __bl } = scope;
  if (__rum) return __rum;
  if (__bl && __bl.config) return __bl.config;
  const { document, HTMLScriptElement } = scope;
  // A worker has no document. An `<img name=currentScript>` in the page would shadow document.currentScript.
  const tag = document && document.currentScript;
  const { pid, endpoint, tracing } = document && tag instanceof HTMLScriptElement ? tag.dataset : {};
  // Attributes are texts. `data-tracing` without a value means yes; the engine warns of values that it does not know.
  return { pid, endpoint, tracing: tracing === '' || tracing === 'true' || (tracing === 'false' ? false : tracing) };
}
