// The answers of the page's own RegExps and predicates: the only code of the page that runs while the
// agent decides. The engine is not borrowed then, so that this code may itself call fetch.

// Roles of the functions and RegExps of a configuration (src/engine/config/settings.rs).
const RULE = 'r';
const FILTER = 'f';

// `kept`: functions and RegExps in the order of their index; `roles`: a character for each.
// Returns a function from a URL to a character for each: 1 matches, e throws.
export function answersOf(kept, roles) {
  let asking = !/[rf]/.test(roles);
  return (href) => {
    // A request that a predicate makes itself is asked about by nobody, or it would never end.
    if (asking || !/^http/.test(href)) return '';
    asking = true;
    let decided = false;
    let text = '';
    for (let i = 0; i < roles.length; i++) {
      const rule = kept[i];
      let answer = 0;
      // The first rule that matches decides: those after it are not asked.
      if (roles[i] === FILTER || (roles[i] === RULE && !decided)) {
        try {
          if (typeof rule === 'function') answer = +(rule(href) === true);
          else {
            // A `g` or `y` flag must not make one answer depend on the last.
            rule.lastIndex = 0;
            answer = +rule.test(href);
          }
          decided = decided || (roles[i] === RULE && answer > 0);
        } catch (_) {
          answer = 'e';
        }
      }
      text += answer;
    }
    asking = false;
    return text;
  };
}
