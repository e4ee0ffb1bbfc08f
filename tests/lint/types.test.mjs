// tsconfig.json is strict, and reads the JSDoc comments of plain JavaScript: code with a wrong type is found.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import ts from 'typescript';

const ROOT = new URL('../..', import.meta.url).pathname;
const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);

// What tsc says of a file with this text in that folder.
function said(folder, code) {
  const file = `${ROOT}${folder}/broken.js`;
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? code : readFile(name));
  const program = ts.createProgram([file], options, host);
  return program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ code }) => code);
}

const SHIPPED = 'pkg-template/js/browser';

const ROWS = [
  ['www/js', 'a wrong type', "/** @type {number} */\nexport const a = 'text';", [2322]],
  ['www/js', 'a member that the record has not', "import { duration } from './format.js';\nduration(1).seconds;", [2339]],
  ['www/js', 'what may be null', "document.getElementById('a').hidden = true;", [2531]],
  ['www/js', 'a parameter without a type', 'export const f = (a) => a;', [7006]],
  ['www/js', 'nothing', '/** @param {number} a */\nexport const f = (a) => a + 1;', []],
  [SHIPPED, 'a number in the place of a text, at the door', "import { note } from '../core/door.js';\nnote(70, 5);", [2345]],
  [SHIPPED, 'a member that no request has', "import { start } from '../core/door.js';\nstart({ _url: '' }, '', 0);", [2353]],
  [SHIPPED, 'an end without its request', "/** @type {import('../core/line.js').End} */\nexport const end = { _status: 200 };", [2741]],
  [
    SHIPPED,
    'the absent answer of a line that is off',
    "/** @param {import('../core/line.js').Line} line */\nexport const f = (line) => line._guarded(() => 1) + 1;",
    [2532],
  ],
  [SHIPPED, 'nothing', "import { note, WORD_USER } from '../core/door.js';\nnote(WORD_USER, '');", []],
];

for (const [folder, name, code, expected] of ROWS) {
  test(`tsc finds ${name} in ${folder}`, () => assert.deepEqual(said(folder, code), expected));
}
