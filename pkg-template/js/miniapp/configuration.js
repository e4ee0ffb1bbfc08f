// The application's configuration, with what the host knows of the application: read once, and handed to the engine.

import { configure } from '../core/door.js';
import { named } from '../core/named.js';
import { answersOf } from '../core/rules.js';
import { tokens } from '../core/tokens.js';
import { configured } from './facts.js';
import { resolve } from './url.js';

/**
 * @param {any} config
 * @param {import('./hosts.js').Host} host
 * @returns {import('../core/line.js').Settings & { _hand: any, _viewNameOf: any }}
 */
export function configurationOf(config, host) {
  /** @type {import('../core/tokens.js').Callback[]} */
  const callbacks = [];
  const text = tokens(configured(config, host), callbacks, resolve)._text;

  // The application's function for an option; the engine warns of anything else.
  const functionOf = (/** @type {string} */ option) => {
    for (const { _path, _rule } of callbacks) if (_path === option && typeof _rule === 'function') return _rule;
  };
  const namer = (/** @type {string} */ option) => {
    const parse = functionOf(option);
    return (/** @type {string} */ value) => (parse ? named(parse, value) : '');
  };

  /** @type {any} */
  const self = {
    _evaluate: functionOf('.evaluateApi'),
    _report: functionOf('.beforeReport'),
    _nameOf: namer('.parseResourceName'),
    _viewNameOf: namer('.parseViewName'),
    // Gives the engine what was read. From then on `_answersOn` asks the rules about a URL.
    _hand(/** @type {number} */ origin) {
      const made = configure('miniapp:\0\0' + text, origin);
      self._answersOn = answersOf(callbacks, made._traced);
      return made;
    },
  };
  return self;
}
