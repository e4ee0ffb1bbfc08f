// Each restriction of eslint.config.mjs is broken once: a row is a file, code that it may not hold, and the rule that says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ESLint } from 'eslint';

const eslint = new ESLint({ cwd: new URL('../..', import.meta.url).pathname });

async function rulesBroken(file, code) {
  const [{ messages }] = await eslint.lintText(code, { filePath: `pkg-template/js/${file}` });
  assert.deepEqual(
    messages.filter(({ fatal }) => fatal),
    [],
    code
  );
  // `scope` and `node` stand for what a function is given.
  return messages.filter(({ message }) => !/^'(scope|node)' is not defined/.test(message)).map(({ ruleId }) => ruleId);
}

const SYNTAX = 'no-restricted-syntax';
const WRONG = [
  ['browser/page.js', 'scope.PerformanceObserver;', SYNTAX],
  ['browser/page.js', 'scope.navigator.sendBeacon();', SYNTAX],
  ['browser/page.js', "scope['localStorage'];", SYNTAX],
  ['browser/page.js', 'scope.sessionStorage;', SYNTAX],
  ['browser/page.js', 'scope.document.cookie;', SYNTAX],
  ['browser/page.js', "scope['XMLHttpRequest'];", SYNTAX],
  ['browser/page.js', 'scope.WebAssembly;', SYNTAX],
  ['browser/page.js', 'scope.TextDecoder;', SYNTAX],
  ['core/memory.js', 'scope.TextEncoder;', SYNTAX],
  ['load/decode.js', 'scope.TextDecoder;', SYNTAX],
  ['browser/page.js', 'scope.wx;', SYNTAX],
  ['entry/module.js', 'import.meta.url;', SYNTAX],
  ['entry/module.js', "import('./other.js');", SYNTAX],
  ['browser/timing.js', 'scope.sendBeacon();', SYNTAX],
  ['browser/page.js', "scope['eval']('1');", SYNTAX],
  ['browser/page.js', "scope.Function('1');", SYNTAX],
  ['browser/page.js', 'node.innerHTML = 1;', SYNTAX],
  ['browser/page.js', "node.insertAdjacentHTML('x');", SYNTAX],
  ['browser/page.js', "addEvent('unload');", SYNTAX],
  ['browser/page.js', 'scope[`beforeunload`];', SYNTAX],
  ['browser/page.js', 'scope.BigInt(1);', SYNTAX],
  ['browser/page.js', 'scope.process;', SYNTAX],
  ['core/tokens.js', "eval('1');", 'no-eval'],
  ['core/tokens.js', "new Function('1');", 'no-new-func'],
  ['miniapp/scope.js', "setTimeout('1');", 'no-implied-eval'],
  ['core/tokens.js', "console.log('1');", 'no-restricted-properties'],
  ['core/tokens.js', 'document.write(1);', 'no-restricted-properties'],
  ['core/tokens.js', 'debugger;', 'no-debugger'],
  ['core/tokens.js', "import '../browser/fetch.js';", 'no-restricted-imports'],
  ['core/tokens.js', "export * from '../miniapp/agent.js';", 'no-restricted-imports'],
  ['browser/page.js', "import '../miniapp/agent.js';", 'no-restricted-imports'],
  ['browser/page.js', "import '../entry/script.js';", 'no-restricted-imports'],
  ['miniapp/page.js', "import '../browser/page.js';", 'no-restricted-imports'],
  ['miniapp/page.js', "import '../entry/miniapp.js';", 'no-restricted-imports'],
  ['browser/page.js', 'wx.request();', 'no-undef'],
  ['browser/page.js', 'globalThis.a;', 'no-undef'],
  ['core/tokens.js', 'window.a;', 'no-undef'],
  ['core/tokens.js', "fetch('/');", 'no-undef'],
  ['miniapp/url.js', "new URL('/');", 'no-undef'],
  ['core/tokens.js', 'const unused = 1;', 'no-unused-vars'],
  ['entry/script.js', 'self.a;\n'.repeat(16), 'max-lines'],
];

// The same words where they belong, or where they are not the words at all.
const RIGHT = [
  ['browser/timing.js', 'new scope.PerformanceObserver();'],
  ['browser/transport.js', 'scope.navigator.sendBeacon();'],
  ['browser/storage.js', "scope['localStorage'].a = scope.document.cookie;"],
  ['browser/xhr.js', 'scope.XMLHttpRequest;'],
  ['load/instance.js', 'WebAssembly.compile();'],
  ['core/memory.js', 'new TextDecoder();'],
  ['load/decode.js', 'new TextEncoder();'],
  ['miniapp/hosts.js', 'wx.request(); my.request();'],
  ['entry/module-external.js', 'import.meta.url;'],
  ['entry/script.js', `// why\n\n${'self.a();\n'.repeat(15)}`],
  ['entry/lazy.js', "import('tracebeam-javascript');"],
  ['entry/script.js', "import { a } from '../core/tokens.js'; import { b } from '../browser/page.js'; a(b);"],
  ['browser/page.js', "import { a } from '../core/tokens.js'; import { b } from './view.js'; a(b);"],
  ['core/tokens.js', "import { a } from './text.js'; a();"],
  ['browser/page.js', "// eval\nscope.evaluated = retrieval('pagehide');\nfunction retrieval() {}"],
  ['browser/page.js', 'try { scope.a; } catch (_) { scope.b; }'],
];

test('what a file may not say is found', async (t) => {
  for (const [file, code, rule] of WRONG) {
    await t.test(`${file}: ${code}`, async () => {
      const rules = await rulesBroken(file, code);
      assert.ok(rules.includes(rule), `${rule} is silent; found: ${rules}`);
    });
  }
});

test('what it may say is silent', async (t) => {
  for (const [file, code] of RIGHT) {
    await t.test(`${file}: ${code}`, async () => {
      assert.deepEqual(await rulesBroken(file, code), []);
    });
  }
});
