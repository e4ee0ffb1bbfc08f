// beforeReport: the application sees every bundle before it leaves, as an object, and may change it or
// keep it back. Only where there is one is a bundle ever parsed.

// `given()`: the application's function, if there is one.
export function reportOf({ console, JSON }, given) {
  let warned = false;
  return (text) => {
    const hook = given();
    if (!hook) return text;
    try {
      const bundle = hook(JSON.parse(text));
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
