// The page's configuration, and what the endpoint says on top of it: read once each, handed to the engine, exchanged
// while it runs.

import { tokens } from './core/config.js';
import { named } from './core/named.js';
import { answersOf } from './rules.js';
import { pageOf } from './browser/address.js';

// `_hand(core, memory)` gives what the engine made of it. From then on `_ask`, `_nameOf` and `_viewNameOf` ask the
// application's rules and functions about a URL, and `_evaluate` and `_report` are such functions, if it gave them.
export function configurationOf(scope, config, resolve) {
  const { performance, navigator, Date } = scope;
  let kept;
  let text;
  let first = true;
  let answers;
  let resourceName;
  let viewName;
  const self = {
    _remote: undefined,

    // Nothing of the page's object is read twice. Requests that its code makes meanwhile go by what held before.
    _read(config) {
      const read = tokens(config, (kept = []), resolve);
      text = read._text;
      self._settings = read._copy;
    },

    // A rule that changes the rules while it is asked has answered for others than those that hold now.
    _ask(href, filters) {
      const before = answers;
      const given = before(href, filters);
      return before === answers ? given : '';
    },
    _nameOf: (url) => (resourceName ? named(resourceName, url) : ''),
    _viewNameOf: (url) => (viewName ? named(viewName, url) : ''),

    // A copy: to change it changes nothing.
    _copy: () => tokens(self._settings, [], resolve)._copy,

    _hand(core, memory) {
      const network = (navigator.connection || {}).effectiveType || '';
      const origin = performance.timeOrigin || Date.now() - performance.now();
      const more = tokens(self._remote, kept, resolve, '~')._text;
      // An agent that runs is not told again where it is.
      const parts = [first ? pageOf(scope) : '', network, text, more];
      first = false;
      const made = memory._read(core.configure(memory._write(parts.join('\0')), origin)).split('\0');
      answers = answersOf(kept, made[1]);
      // The application's function for an option; the engine has warned of anything else.
      [self._evaluate, self._report, resourceName, viewName] = [
        '.evaluateApi',
        '.beforeReport',
        '.parseResourceName',
        '.parseViewName',
      ].map((option) => (kept.find((one) => one._path === option && typeof one._rule === 'function') || {})._rule);
      return made;
    },
  };
  self._read(config);
  return self;
}
