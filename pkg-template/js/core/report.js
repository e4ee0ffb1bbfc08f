// beforeReport: the application sees every bundle before it leaves, as an object, and may change it or
// keep it back. Only where there is one is a bundle ever parsed.

/**
 * Returns a function that gives the bundle that leaves; empty where the application keeps it back.
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
