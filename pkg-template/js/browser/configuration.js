// Reads the application's configuration and the endpoint's settings, once each, and hands them to the engine. Both can be
// replaced while the agent runs.

import { configure } from '../core/door.js';
import { named } from '../core/named.js';
import { answersOf } from '../core/rules.js';
import { tokens } from '../core/tokens.js';
import { baseOf, pageOf } from './address.js';

/**
 * @typedef {object} Options What a page's configuration has in addition to the line's settings (core/line.js).
 * @property {any} [_settings] A copy of what the application wrote.
 * @property {unknown} [_remote] The endpoint's settings, which take precedence.
 * @property {(config: unknown) => void} _read Reads the application's object.
 * @property {() => import('../core/door.js').Configured} _hand Hands the engine what was read.
 * @property {(href: string, filters?: boolean) => string} _answersOn
 * @property {(page: string) => string} _viewNameOf The application's name for a view; empty where it has none.
 */

/** @typedef {import('../core/line.js').Settings & Options} Configuration */

/**
 * The application's rules and functions can be asked after the first `_hand`.
 * @param {any} scope
 * @param {unknown} config
 * @param {(text: string, base?: string) => string} resolve The absolute form of a text as a URL; empty where it is none.
 */
export function configurationOf(scope, config, resolve) {
  const { performance, Date } = scope;
  /** @type {import('../core/tokens.js').Callback[]} */
  let callbacks;
  /** @type {() => string} */
  let text;
  let first = true;
  /** @type {ReturnType<typeof answersOf>} */
  let answers;
  /** @type {((url: string) => unknown) | undefined} */
  let resourceName;
  /** @type {((page: string) => unknown) | undefined} */
  let viewName;

  /** @type {Configuration} */
  const self = {
    // Reads each member of the application's object once. If a getter makes a request meanwhile, the old rules apply to it.
    _read(/** @type {unknown} */ config) {
      const read = tokens(config, (callbacks = []));
      // Its URLs mean what they mean now. They are made absolute when the engine is there to take them.
      const base = baseOf(scope);
      text = () => read._text((url) => resolve(url, base));
      self._settings = read._copy;
    },

    /**
     * The answers of the rules for a URL. Empty if a rule has replaced the configuration while it was asked: the answers then
     * belong to the old rules.
     * @param {string} href
     * @param {boolean} [filters] Ask the filters only.
     */
    _answersOn(href, filters) {
      const before = answers;
      const answer = before(href, filters);
      return before === answers ? answer : '';
    },
    _nameOf: (/** @type {string} */ url) => (resourceName ? named(resourceName, url) : ''),
    _viewNameOf: (/** @type {string} */ page) => (viewName ? named(viewName, page) : ''),

    _hand() {
      const network = (scope.navigator.connection || {}).effectiveType || '';
      const origin = performance.timeOrigin || Date.now() - performance.now();
      const remote = tokens(self._remote, callbacks, '~')._text(resolve);
      // The engine takes the page's URL at the start only.
      const configured = configure([first ? pageOf(scope) : '', network, text(), remote].join('\0'), origin);
      first = false;
      answers = answersOf(callbacks, configured._traced);
      // The functions among the options. The engine has warned of a value that is no function.
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
