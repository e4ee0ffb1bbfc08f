// The application's configuration, and what the endpoint says on top of it: read once each, handed to the engine,
// exchanged while it runs.

import { configure } from '../core/door.js';
import { named } from '../core/named.js';
import { answersOf } from '../core/rules.js';
import { tokens } from '../core/tokens.js';
import { pageOf } from './address.js';

/**
 * `_hand` gives the engine what was read. From then on `_answersOn`, `_nameOf` and `_viewNameOf` ask the application's rules
 * and functions, and `_evaluate` and `_report` are such functions, if it gave them.
 * @param {any} scope
 * @param {unknown} config
 * @param {(text: string) => string} resolve The absolute form of a text as a URL; empty where it is none.
 */
export function configurationOf(scope, config, resolve) {
  const { performance, navigator, Date } = scope;
  /** @type {import('../core/tokens.js').Callback[]} */
  let callbacks;
  let text = '';
  let first = true;
  /** @type {ReturnType<typeof answersOf>} */
  let answers;
  let resourceName;
  let viewName;

  /** @type {any} */
  const self = {
    // Nothing of the application's object is read twice. Requests that its code makes meanwhile go by what held before.
    _read(/** @type {unknown} */ config) {
      const read = tokens(config, (callbacks = []), resolve);
      text = read._text;
      self._settings = read._copy;
    },

    /**
     * What the rules say of a URL. One that changes the rules while it is asked has answered for others than hold now.
     * @param {string} href
     * @param {boolean} [filters] Only the filters are asked.
     */
    _answersOn(href, filters) {
      const before = answers;
      const given = before(href, filters);
      return before === answers ? given : '';
    },
    _nameOf: (/** @type {string} */ url) => (resourceName ? named(resourceName, url) : ''),
    _viewNameOf: (/** @type {string} */ page) => (viewName ? named(viewName, page) : ''),

    _hand() {
      const network = (navigator.connection || {}).effectiveType || '';
      const origin = performance.timeOrigin || Date.now() - performance.now();
      const remote = tokens(self._remote, callbacks, resolve, '~')._text;
      // An agent that runs is not told again where it is.
      const configured = configure([first ? pageOf(scope) : '', network, text, remote].join('\0'), origin);
      first = false;
      answers = answersOf(callbacks, configured._traced);
      // The application's function for an option; the engine has warned of anything else.
      [self._evaluate, self._report, resourceName, viewName] = [
        '.evaluateApi',
        '.beforeReport',
        '.parseResourceName',
        '.parseViewName',
      ].map((option) => {
        const found = callbacks.find((one) => one._path === option && typeof one._rule === 'function');
        return found && found._rule;
      });
      return configured;
    },
  };
  self._read(config);
  return self;
}
