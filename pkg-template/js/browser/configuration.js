// The application's configuration, and what the endpoint says on top of it: read once each, handed to the engine,
// exchanged while it runs.

import { configure } from '../core/door.js';
import { named } from '../core/named.js';
import { answersOf } from '../core/rules.js';
import { tokens } from '../core/tokens.js';
import { pageOf } from './address.js';

/**
 * @typedef {object} Options What a page's configuration has besides a line's settings (line.js).
 * @property {any} [_settings] A copy of what the application wrote.
 * @property {unknown} [_remote] What the endpoint has said on top of it.
 * @property {(config: unknown) => void} _read Reads the application's object.
 * @property {() => import('../core/door.js').Configured} _hand Gives the engine what was read.
 * @property {(href: string, filters?: boolean) => string} _answersOn
 * @property {(page: string) => string} _viewNameOf What the application calls a view; empty where it does not say.
 */

/** @typedef {import('../core/line.js').Settings & Options} Configuration */

/**
 * The application's rules and functions are asked from the first `_hand` on.
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
  /** @type {((url: string) => unknown) | undefined} */
  let resourceName;
  /** @type {((page: string) => unknown) | undefined} */
  let viewName;

  /** @type {Configuration} */
  const self = {
    // Reads each member of the application's object once. Requests that its getters make meanwhile use the rules from before.
    _read(/** @type {unknown} */ config) {
      const read = tokens(config, (callbacks = []), resolve);
      text = read._text;
      self._settings = read._copy;
    },

    /**
     * What the rules say of a URL. Empty where a rule has changed the configuration while it was asked: its answers belong to
     * the rules from before.
     * @param {string} href
     * @param {boolean} [filters] Only the filters are asked.
     */
    _answersOn(href, filters) {
      const before = answers;
      const answer = before(href, filters);
      return before === answers ? answer : '';
    },
    _nameOf: (/** @type {string} */ url) => (resourceName ? named(resourceName, url) : ''),
    _viewNameOf: (/** @type {string} */ page) => (viewName ? named(viewName, page) : ''),

    _hand() {
      const network = (navigator.connection || {}).effectiveType || '';
      const origin = performance.timeOrigin || Date.now() - performance.now();
      const remote = tokens(self._remote, callbacks, resolve, '~')._text;
      // The page's URL counts at the start alone.
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
