// Asks the page's own RegExps and predicates about a URL, before the engine is called: a predicate may itself call fetch.

// The paths of the page's own options, and after `~` of those from the endpoint.
const RULE = /^~?\.tracing\.allowedUrls/;
const FILTER = /^~?\.filters\.resource/;

/**
 * Returns a function from a URL to a character for each callback: 1 matches, e threw, 0 anything else.
 * @param {import('./tokens.js').Callback[]} callbacks In the order of their index.
 * @param {string} traced Empty where nothing is traced; then no rule of `allowedUrls` is asked.
 */
export function answersOf(callbacks, traced) {
  let asking = false;
  /**
   * @param {string} href
   * @param {boolean} [filters] Ask the filters only, because the URL is a static resource's.
   */
  return (href, filters) => {
    // No predicate is asked about a request that a predicate makes, or this would never end.
    if (asking || !/^http/.test(href)) return '';
    asking = true;
    /** @type {boolean | undefined} Whether no more rules of this list are asked. */
    let decided;
    /** @type {string | undefined} The list: the first character of its paths. */
    let list;
    let text = '';
    callbacks.forEach(({ _rule: rule, _path: path }) => {
      const isRule = RULE.test(path);
      if (list !== path[0]) decided = !traced || filters;
      list = path[0];
      /** @type {number | string} */
      let answer = 0;
      // The first rule that matches decides; the rules after it are not asked.
      if (FILTER.test(path) || (isRule && !decided)) {
        try {
          // With a flag `g` or `y`, the answer would depend on the match before.
          if (typeof rule !== 'function') rule.lastIndex = 0;
          answer = (typeof rule === 'function' ? rule(href) : rule.test(href)) === true ? 1 : 0;
          decided = decided || (isRule && answer > 0);
        } catch (_) {
          answer = 'e';
        }
      }
      text += answer;
    });
    asking = false;
    return text;
  };
}
