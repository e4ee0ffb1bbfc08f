// The package's object offers what the agent offers, and nothing that it does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.__VERSION__ = 'test';
globalThis.__PAGES__ = true;
globalThis.__RUST__ = false;
const { facadeOf, METHODS } = await import('../../pkg-template/js/browser/facade.js');
const { attach } = await import('../../pkg-template/js/browser/attach.js');

test('every function of the agent is in the package', () => {
  const none = () => {
    throw new Error('no core');
  };
  const scope = { console: { warn() {} } };
  const agent = attach(scope, none, {});
  assert.deepEqual(['version', 'init', ...METHODS].sort(), Object.keys(agent).sort());
  assert.deepEqual(Object.keys(facadeOf(none)).sort(), Object.keys(agent).sort());
});

test('where there is no page, nothing is called and nothing thrown', () => {
  const facade = facadeOf(() => assert.fail('started'));
  assert.equal(facade.init(), facade);
  const { getConfig, getTraceContext, ...others } = facade;
  assert.deepEqual(getConfig(), {});
  assert.deepEqual(getTraceContext('/'), { hint: 'not_ready', headers: null });
  for (const name of METHODS.filter((name) => name in others)) assert.equal(facade[name](1, 2), undefined);
});
