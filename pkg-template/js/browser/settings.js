// Where a page leaves the script tag's configuration: `__rum`, the asynchronous snippet's `__bl.config`, or attributes
// of the tag itself.

export function settingsOf(/** @type {any} */ { __rum, __bl, document, HTMLScriptElement }) {
  if (__rum) return __rum;
  if (__bl && __bl.config) return __bl.config;
  // A worker has no document, and an image may be named currentScript by whoever writes into the page.
  const tag = document && document.currentScript;
  const { pid, endpoint, tracing } = document && tag instanceof HTMLScriptElement ? tag.dataset : {};
  // An attribute is a text; `data-tracing` alone means yes, and the engine says what it thinks of other words.
  return { pid, endpoint, tracing: tracing === '' || tracing === 'true' || (tracing === 'false' ? false : tracing) };
}
