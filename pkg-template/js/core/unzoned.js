// zone.js replaces timers, listeners and fetch by functions that run the application's change detection. The agent's own timers
// must not run it, so they use the browser's function, which zone.js keeps under another name.

/**
 * @param {any} owner
 * @param {string} name
 */
export const unzoned = (owner, name) => (__PAGES__ && owner['__zone_symbol__' + name]) || owner[name];
