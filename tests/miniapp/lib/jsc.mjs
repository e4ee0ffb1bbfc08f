// A realm of JavaScriptCore: WebKit's `jsc` shell without its JIT, as inside an iOS application. The shell has no event loop: it
// reads a line, executes it, and runs its jobs.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LANGUAGE } from './language.mjs';

const REALM = fileURLToPath(new URL('realm', import.meta.url));

// The path of the shell; undefined where xtask could not install it, which xtask reports.
export const JSC = process.env.TRACEBEAM_JSC || ['/usr/bin/jsc'].find((path) => existsSync(path));

// Keeps the shell's own functions before the realm removes them from the global object.
const PRELUDE = `
(function () {
  var shell = { print: print, readline: readline, load: load, readFile: readFile, drain: drainMicrotasks, other: createGlobalObject(), wasm: WebAssembly };
  var world = JSON.parse(shell.readline());
  var realm = (0, eval)(shell.readFile(world.realm + '.js'));
  var define;
  var native = {
    global: this,
    language: world.language,
    requests: (0, eval)(shell.readFile(world.realm + '-requests.js')),
    foreign: function (bytes) {
      var buffer = new shell.other.ArrayBuffer(bytes.length);
      new Uint8Array(buffer).set(bytes);
      return buffer;
    },
    instantiate: function (reply, imports) {
      // The shell does not settle promises of its own while it waits for a line, so the module is compiled synchronously.
      var module = new shell.wasm.Module(shell.readFile(reply.file, 'binary'));
      return Promise.resolve({ module: module, instance: new shell.wasm.Instance(module, imports) });
    },
    define: function (take) { define = take; },
  };
  var receive = realm(function (text) { shell.print(text); }, world.world, native);
  var refuse = function () { throw new EvalError('code from strings is not allowed'); };
  refuse.prototype = Function.prototype;
  Function.prototype.constructor = refuse;
  this.Function = refuse;
  Object.defineProperty(this, '__define', { value: function (path, code) { define(path, code); } });
  for (;;) {
    var line = shell.readline();
    if (line === undefined || line === null || line === '') break;
    if (line.charAt(0) === '@') shell.load(line.slice(1));
    else receive(line);
    shell.drain();
  }
}).call(this);
`;

export function jsc(world, heard) {
  const dir = mkdtempSync(join(tmpdir(), 'tracebeam-jsc-'));
  writeFileSync(join(dir, 'prelude.js'), PRELUDE);
  const shell = spawn(JSC, ['--useJIT=false', join(dir, 'prelude.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
  let open = true;
  let files = 0;
  const write = (line) => open && shell.stdin.write(line + '\n');
  shell.stdin.on('error', () => {});
  createInterface({ input: shell.stdout }).on('line', (line) => {
    if (!open) return;
    if (line.startsWith('{')) heard(line);
    else heard(JSON.stringify({ console: 'error', text: `jsc: ${line}` }));
  });
  write(JSON.stringify({ realm: REALM, language: LANGUAGE, world }));
  return {
    load(path, code) {
      const file = join(dir, `${++files}.js`);
      writeFileSync(file, `__define(${JSON.stringify(path)}, function (require, module, exports) {${code}\n});`);
      write('@' + file);
    },
    receive: write,
    close() {
      open = false;
      shell.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
