// Reads the application's configuration once, adds what the host knows of the application, and hands both to the engine.

import { configure } from '../core/door.js';
import { named } from '../core/named.js';
import { answersOf } from '../core/rules.js';
import { tokens } from '../core/tokens.js';
import { configured } from './facts.js';
import { isFunction } from './is.js';
import { resolve } from './url.js';

/** @typedef {ReturnType<typeof configurationOf>} Configuration */

/**
 * @param {any} config
 * @param {import('./hosts.js').Host} host
 */
export function configurationOf(config, host) {
  /** @type {import('../core/tokens.js').Callback[]} */
  const callbacks = [];
  const given = configured(config, host);
  const text = tokens(given, callbacks)._text(resolve);

  // The function that is set for an option. The engine warns of a value that is no function.
  const functionOf = (/** @type {string} */ option) => {
    const [found] = callbacks.filter(({ _path, _rule }) => _path === option && isFunction(_rule));
    return found && found._rule;
  };
  const namer = (/** @type {string} */ option) => {
    const parse = functionOf(option);
    return (/** @type {string} */ value) => (parse ? named(parse, value) : '');
  };

  const self = {
    _evaluate: functionOf('.evaluateApi'),
    _report: functionOf('.beforeReport'),
    _nameOf: namer('.parseResourceName'),
    _viewNameOf: namer('.parseViewName'),
    _answersOn: answersOf(callbacks, ''),
    // As the application wrote it, before the engine has checked it.
    _givenPid: (given || {}).pid,
    // Hands the engine what was read.
    _hand(/** @type {number} */ origin) {
      const made = configure('miniapp:\0\0' + text, origin);
      self._answersOn = answersOf(callbacks, made._traced);
      return made;
    },
  };
  return self;
}
