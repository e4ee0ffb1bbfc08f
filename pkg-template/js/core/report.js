// beforeReport: the application gets every bundle as an object before it is sent, and may change it or keep it back. Without
// this function no bundle is parsed.

/**
 * Returns a function from a bundle's text to the text to send; empty where the application keeps the bundle back.
 * @param {any} scope
 * @param {import('./line.js').Settings} settings
 */
export function reportOf({ console, JSON }, settings) {
  let warned = false;
  return (/** @type {string} */ text) => {
    const { _report: beforeReport } = settings;
    if (!beforeReport) return text;
    try {
      const bundle = beforeReport(JSON.parse(text));
      if (!bundle) return '';
      if (typeof bundle === 'object' && typeof bundle.then !== 'function') return JSON.stringify(bundle);
      throw bundle;
    } catch (error) {
      if (!warned) console.warn('[tracebeam] beforeReport must return a bundle, or nothing; the bundle went out as it was:', error);
      warned = true;
      return text;
    }
  };
}
