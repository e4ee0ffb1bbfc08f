// tsconfig.json is strict, and reads the JSDoc comments of plain JavaScript: code with a wrong type is found.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import ts from 'typescript';

const ROOT = new URL('../..', import.meta.url).pathname;
const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);

// What tsc says of a file of www/js with this text.
function said(code) {
  const file = `${ROOT}www/js/broken.js`;
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? code : readFile(name));
  const program = ts.createProgram([file], options, host);
  return program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ code }) => code);
}

const ROWS = [
  ['a wrong type', "/** @type {number} */\nexport const a = 'text';", [2322]],
  ['a member that the record has not', "import { duration } from './format.js';\nduration(1).seconds;", [2339]],
  ['what may be null', "document.getElementById('a').hidden = true;", [2531]],
  ['a parameter without a type', 'export const f = (a) => a;', [7006]],
  ['nothing', '/** @param {number} a */\nexport const f = (a) => a + 1;', []],
];

for (const [name, code, expected] of ROWS) test(`tsc finds ${name}`, () => assert.deepEqual(said(code), expected));
