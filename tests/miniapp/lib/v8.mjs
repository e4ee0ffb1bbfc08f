// A realm of V8: a Node context in which code from strings is forbidden.

import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { LANGUAGE } from './language.mjs';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const realm = read('realm.js');
const requests = read('realm-requests.js');

export function v8(world, heard) {
  const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: true } });
  const inside = (code) => vm.runInContext(code, context);
  const { Instance, Module } = inside('WebAssembly');
  let define;
  const native = {
    global: inside('this'),
    language: LANGUAGE,
    requests: inside(requests),
    // An ArrayBuffer of the outer realm, which is not an instance of the application's ArrayBuffer.
    foreign: (bytes) => new Uint8Array(bytes).buffer,
    instantiate: async ({ file }, imports) => {
      const module = new Module(readFileSync(file));
      return { module, instance: new Instance(module, imports) };
    },
    define: (take) => (define = take),
  };
  let open = true;
  const receive = vm.runInContext(realm, context, { filename: 'realm.js' })((text) => open && heard(text), world, native);
  return {
    load: (path, code) => define(path, vm.runInContext(`(function (require, module, exports) {${code}\n})`, context, { filename: path })),
    receive: (text) => open && receive(text),
    close: () => (open = false),
  };
}
