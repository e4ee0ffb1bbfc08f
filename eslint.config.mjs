// What JavaScript may say, and where. eslint's recommended rules hold everywhere; `pkg-template/js` runs in other
// people's pages and has rules of its own. tests/lint breaks each rule once.

import js from '@eslint/js';
import globals from 'globals';

const SHIPPED = 'pkg-template/js';

// A restriction: the words it forbids, and the reason. Words match whole, as identifiers, as properties and, if
// `strings` is set, inside strings: `scope['localStorage']` and `addEventListener('unload')` count too.
const word = (words, message, { strings = true } = {}) => {
  const pattern = `(${words.join('|')})`;
  const selectors = [`Identifier[name=/^${pattern}$/]`];
  if (strings) selectors.push(`Literal[value=/\\b${pattern}\\b/]`, `TemplateElement[value.raw=/\\b${pattern}\\b/]`);
  return selectors.map((selector) => ({ selector, message }));
};

// The globals of the hosts of mini-programs.
const HOSTS = ['wx', 'my', 'dd', 'tt', 'swan', 'ks', 'qq'];

// Each of these has an owner: the files in OWNERS below.
const OWNED = {
  observer: word(['PerformanceObserver'], 'browser/timing.js has the one observer'),
  beacon: word(['sendBeacon'], 'browser/transport.js is the one way out'),
  storage: [
    ...word(['localStorage', 'sessionStorage'], 'storage throws where cookies are blocked: browser/storage.js guards it'),
    ...word(['cookie'], 'browser/storage.js reads and writes cookies', { strings: false }),
  ],
  xhr: word(['XMLHttpRequest'], 'browser/xhr.js patches XMLHttpRequest'),
  wasm: word(['WebAssembly'], 'load/ brings the engine about'),
  decoder: word(['TextDecoder'], 'mini-programs have none: core/memory.js knows a way without it'),
  encoder: word(['TextEncoder'], 'mini-programs have none: load/decode.js knows a way without it'),
  hosts: word(HOSTS, 'miniapp/ speaks to the hosts of mini-programs', { strings: false }),
  meta: [{ selector: 'MetaProperty[meta.name="import"]', message: 'classic scripts have no import.meta, and bundlers trip over it' }],
  later: [{ selector: 'ImportExpression', message: 'entry/lazy.js has the one dynamic import: the rest is ES2017' }],
};

// The later row wins, so a file with a row of its own repeats what its folder may say.
const OWNERS = [
  ['core/memory.js', ['decoder']],
  ['load/**', ['wasm']],
  ['load/decode.js', ['wasm', 'encoder']],
  ['miniapp/**', ['hosts']],
  ['entry/**', ['hosts']],
  ['entry/module-external.js', ['meta']],
  ['entry/lazy.js', ['later']],
  ['**/timing.js', ['observer']],
  ['**/transport.js', ['beacon']],
  ['browser/storage.js', ['storage']],
  ['**/xhr.js', ['xhr']],
];

// Nobody says these.
const FORBIDDEN = [
  ...word(['eval'], 'a strict Content-Security-Policy forbids it'),
  {
    selector: ':matches(CallExpression, NewExpression)[callee.property.name="Function"]',
    message: 'a strict Content-Security-Policy forbids it',
  },
  ...word(['innerHTML', 'outerHTML', 'insertAdjacentHTML'], 'Trusted Types forbid it, and an agent draws nothing'),
  ...word(
    ['unload', 'beforeunload', 'onunload', 'onbeforeunload'],
    'an unload handler keeps the page out of the back/forward cache: listen to pagehide and visibilitychange'
  ),
  ...word(['BigInt', 'BigInt64Array', 'BigUint64Array'], 'iOS has it since version 14 only'),
  ...word(['process', 'require'], 'bundlers trip over it', { strings: false }),
];

const PROPERTIES = [
  { object: 'document', property: 'write', message: 'Trusted Types forbid it, and an agent draws nothing' },
  { object: 'console', property: 'log', message: "the console is the page's: one warning per mistake is all that we write" },
];

const restrictions = (may) => [
  'error',
  ...FORBIDDEN,
  ...Object.entries(OWNED)
    .filter(([name]) => !may.includes(name))
    .flatMap(([, rows]) => rows),
];

// Imports go one way: core/ knows nobody, browser/ and miniapp/ know core/ and never each other, entry/ knows all.
const never = (regex, message) => ({ 'no-restricted-imports': ['error', { patterns: [{ regex, message }] }] });
const LAYERS = [
  ['**', never('/entry/', 'nobody imports an entry')],
  ['core/**', never('^\\.\\./', 'core/ is what every host shares: it imports from core/ only')],
  ['load/**', never('^\\.\\./', 'load/ knows nobody: it hands over the exports of an engine')],
  ['browser/**', never('/(miniapp|entry)/', 'browser/ and miniapp/ never meet')],
  ['miniapp/**', never('/(browser|entry)/', 'browser/ and miniapp/ never meet')],
];

// Only these globals are there without being asked for. Everything else is read from the scope that the agent is given.
// The language's own are those of ES2017: bundles are for browsers of that age.
const words = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));
const off = (all) => Object.fromEntries(Object.keys(all).map((name) => [name, 'off']));
const GLOBALS = [
  ['**', { ...off(globals.builtin), ...globals.es2017, ...words('__VERSION__', '__PAGES__', '__RUST__', 'console') }],
  ['{browser/*,entry/*,load/external}.js', words('URL')],
  ['load/external.js', words('fetch')],
  ['{entry/*,**/facade}.js', words('self')],
  ['load/**', words('WebAssembly')],
  ['load/hosted.js', words('WXWebAssembly', 'TTWebAssembly')],
  ['core/memory.js', words('TextDecoder')],
  ['load/decode.js', words('TextEncoder')],
  ['entry/miniapp*.js', words('module')],
  ['miniapp/**', words(...HOSTS, 'getCurrentPages', 'setTimeout', 'clearTimeout')],
];

const shipped = (rows, config) => rows.map(([files, value]) => ({ files: [`${SHIPPED}/${files}`], ...config(value) }));

// What tests put into their pages, and read there.
const IN_PAGES = words(
  ...['tracebeam', 'others', 'zone', 'natives', 'native', 'waiting', 'engine', 'engineMemory', 'first', 'locked', 'release', 'across'],
  // benches/browser/calls.html
  ...['measure', 'send']
);

export default [
  { ignores: ['dist', 'target', '**/node_modules', 'tests/pkg/out', 'web/js', 'examples/target', 'examples/*/dist'] },
  {
    ...js.configs.recommended,
    rules: {
      ...js.configs.recommended.rules,
      // `_` is a value that nobody reads. A member taken out by `{ a, ...rest }` is left out of `rest` on purpose.
      'no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_$', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-empty': ['error', { allowEmptyCatch: true }],
      // Tests look for raw bytes in texts.
      'no-control-regex': 'off',
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },

  ...shipped(GLOBALS, (globals) => ({ languageOptions: { globals } })),
  ...shipped(LAYERS, (rules) => ({ rules })),
  ...shipped([['**', []], ...OWNERS], (may) => ({ rules: { 'no-restricted-syntax': restrictions(may) } })),
  {
    files: [`${SHIPPED}/**`],
    rules: {
      'no-restricted-properties': ['error', ...PROPERTIES],
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-implied-eval': 'error',
    },
  },

  {
    // An entry picks parts and puts them together. How the engine is loaded and what it does stand elsewhere.
    files: [`${SHIPPED}/entry/**`],
    rules: { 'max-lines': ['error', { max: 15, skipBlankLines: true, skipComments: true }] },
  },

  { files: ['www/js/**'], languageOptions: { globals: globals.browser } },
  // Functions that tests hand to a page stand between those that run in Node.
  { files: ['tests/**', 'benches/**'], languageOptions: { globals: { ...globals.node, ...globals.browser, ...IN_PAGES } } },
  { files: ['*.mjs'], languageOptions: { globals: globals.node } },
  { files: ['examples/miniapp/**'], languageOptions: { globals: words('App', 'Page', 'require', 'my', 'dd', 'tt', 'wx') } },
  {
    // Classic scripts that share one page: harness.js declares what the others use.
    files: ['tests/e2e/cases/**'],
    languageOptions: { sourceType: 'script', globals: words('add', 'outcome', 'told', 'mode', 'sleep', 'unhandled', 'xhrDone', 'runAll') },
    rules: { 'getter-return': 'off' },
  },
  { files: ['tests/e2e/cases/harness.js'], rules: { 'no-redeclare': 'off', 'no-unused-vars': 'off' } },
];
