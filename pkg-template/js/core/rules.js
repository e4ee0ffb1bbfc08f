// The answers of the page's own RegExps and predicates: the only code of the page that runs while the
// agent decides. The engine is not borrowed then, so that this code may itself call fetch.

// The page's own, and (~) the endpoint's.
const RULE = /^~?\.tracing\.allowedUrls/;
const FILTER = /^~?\.filters\.resource/;

/**
 * Returns a function from a URL to a character for each callback: 1 matches, e threw, 0 anything else.
 * @param {import('./tokens.js').Callback[]} callbacks In the order of their index.
 * @param {string} traced Empty where nothing is traced, and so no rule of `allowedUrls` is asked.
 */
export function answersOf(callbacks, traced) {
  let asking = false;
  /**
   * @param {string} href
   * @param {boolean} [filters] Only the filters are asked: the URL is a static resource's.
   */
  return (href, filters) => {
    // A request that a predicate makes itself is asked about by nobody, or it would never end.
    if (asking || !/^http/.test(href)) return '';
    asking = true;
    /** @type {boolean | undefined} Whether nothing of this list is to be asked any more. */
    let decided;
    /** @type {string | undefined} The first character of its paths. */
    let list;
    let text = '';
    callbacks.forEach(({ _rule: rule, _path: path }) => {
      const isRule = RULE.test(path);
      if (list !== path[0]) decided = !traced || filters;
      list = path[0];
      /** @type {number | string} */
      let answer = 0;
      // The first rule that matches decides: those after it are not asked.
      if (FILTER.test(path) || (isRule && !decided)) {
        try {
          // A `g` or `y` flag must not make one answer depend on the last.
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
