// zone.js replaces timers, listeners and fetch by functions that run the application's change detection. The agent's own timers
// must not run it, so they use the browser's function, which zone.js keeps under another name.

// By name: the agent goes on with the functions that it found when it started, whatever the page puts in their place.
/** @type {Record<string, any>} */
const kept = {};

/**
 * @param {any} owner
 * @param {string} name
 */
export const unzoned = (owner, name) => {
  if (!__PAGES__) return owner[name];
  return kept[name] || (kept[name] = owner['__zone_symbol__' + name] || owner[name]);
};
