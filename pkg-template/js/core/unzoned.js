// zone.js replaces timers, listeners and fetch by functions that run an application's change detection. What the agent
// schedules for itself must not: it takes the browser's own function, which zone.js keeps under another name.

/**
 * @param {any} owner
 * @param {string} name
 */
export const unzoned = (owner, name) => (__PAGES__ && owner['__zone_symbol__' + name]) || owner[name];
