// A mini-program under test: its files, its host, and its realm. This side does the host's work outside of the realm: timers, HTTP,
// and storage that outlives a launch.

import { readFileSync, writeFileSync, mkdtempSync, existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { HOSTS } from './hosts.mjs';
import { JSC, jsc } from './jsc.mjs';
import { checkFirstVersion } from './mvp.mjs';
import { v8 } from './v8.mjs';

export const DIST = new URL('../../../dist/miniapp/', import.meta.url);
const dist = (name) => readFileSync(new URL(name, DIST), 'utf8');

export const ENGINES = JSC ? { v8, jsc } : { v8 };
if (!JSC) console.warn('NO jsc ON THIS MACHINE: the mini-program tests run on V8 alone (apt-get install libjavascriptcoregtk-4.0-bin)');

const WAIT_MS = 30_000;

// A device's measurement of a request, with the names that its host uses.
const profileOf = (at, firstByte) => {
  const end = Date.now();
  const ssl = 0;
  return {
    redirectStart: 0,
    redirectEnd: 0,
    fetchStart: at,
    domainLookUpStart: at,
    domainLookUpEnd: at,
    connectStart: at,
    connectEnd: at,
    SSLconnectionStart: ssl,
    SSLconnectionEnd: ssl,
    requestStart: at,
    requestEnd: at,
    responseStart: firstByte,
    responseEnd: end,
    rtt: 1,
    protocol: 'http1.1',
    sendBytesCount: 100,
    receivedBytedCount: 200,
    socketReused: true,
    port: 1,
    peerIP: '127.0.0.1',
  };
};

export class App {
  // `files`: path → code. `entry`: the package's file to load. Other members describe the realm (realm.js).
  constructor(
    engine,
    host,
    { files = {}, storage = {}, entry = 'dist/index.js', domains = null, wasm = {}, wasmDelay = 0, hosted = {}, ...world }
  ) {
    this.storage = storage;
    this.said = [];
    this.console = [];
    this.http = [];
    this.waiters = [];
    this.calls = new Map();
    this.domains = domains;
    this.wasm = wasm;
    this.wasmDelay = wasmDelay;
    this.online = true;
    this.busy = {};
    this.most = {};
    const data = { host: { ...HOSTS[host], ...hosted }, storage: { ...storage }, ...world };
    this.realm = ENGINES[engine](JSON.parse(JSON.stringify(data)), (text) => this.heard(JSON.parse(text)));
    // The paths to which WeChat's npm build copies the package.
    const npm = '/miniprogram_npm/tracebeam/';
    const all = { [npm + 'index.js']: dist(entry), [npm + 'miniapp/index.js']: dist('dist/miniapp/index.js'), ...files };
    for (const [path, code] of Object.entries(all)) this.realm.load(path, code);
  }

  tell(message) {
    this.realm.receive(JSON.stringify(message));
  }

  reply(id, message) {
    this.tell({ ...message, reply: id });
  }

  heard(message) {
    if (message.say) this.said.push(message.say);
    else if (message.console) this.console.push(message);
    else if (message.store) {
      if ('data' in message) this.storage[message.store] = message.data;
      else delete this.storage[message.store];
    } else if ('timer' in message) setTimeout(() => this.reply(message.id, {}), message.timer).unref();
    else if (message.random) setTimeout(() => this.reply(message.id, { bytes: [...randomBytes(message.random)] }), 5);
    else if (message.wasm) this.loadWasm(message);
    else if (message.http) this.request(message);
    else if (message.abort) this.calls.get(message.abort)?.destroy();
    this.waiters = this.waiters.filter((check) => !check());
  }

  // The host's part of a request: its domain list, its own time limit, real HTTP.
  request({ id, url, method, headers, data, timeout, ...rest }) {
    this.http.push({ url, method, headers, data, timeout, ...rest });
    const fail = (error, code) => setTimeout(() => this.reply(id, { error, code }), 1);
    if (!/^https?:/.test(url)) return fail('invalid url', 600009);
    if (this.domains && !this.domains.some((domain) => url.startsWith(domain))) return fail('url not in domain list', 600002);
    if (!this.online) return fail('fail connect', 600003);
    const at = Date.now();
    // The requests under way to each server, now and at most.
    const [origin] = /^https?:..[^/]*/.exec(url);
    this.busy[origin] = (this.busy[origin] || 0) + 1;
    this.most[origin] = Math.max(this.most[origin] || 0, this.busy[origin]);
    let over = false;
    const done = (message) => {
      if (over) return;
      over = true;
      this.busy[origin]--;
      this.calls.delete(id);
      this.reply(id, message);
    };
    const call = httpRequest(url, { method, headers }, (response) => {
      const firstByte = Date.now();
      let body = '';
      response.on('data', (piece) => (body += piece));
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body, profile: profileOf(at, firstByte) }));
      response.on('error', () => done({ error: 'interrupted' }));
    });
    this.calls.set(id, call);
    call.setTimeout(timeout || 30_000, () => {
      done({ error: 'timeout', code: 13 });
      call.destroy();
    });
    call.on('error', () => done({ error: 'socket hang up', code: 12 }));
    call.end(method === 'GET' ? undefined : data);
  }

  // Loads a WebAssembly file of the package, compressed or not. It must be of WebAssembly's first version.
  loadWasm({ id, wasm: path }) {
    setTimeout(() => {
      const source = this.wasm[path];
      if (!source || !existsSync(source)) return this.reply(id, { error: `file not found: ${path}` });
      let bytes = readFileSync(source);
      if (path.endsWith('.br')) bytes = brotliDecompressSync(bytes);
      try {
        checkFirstVersion(bytes);
      } catch (error) {
        return this.reply(id, { error: error.message });
      }
      const file = join(mkdtempSync(join(tmpdir(), 'tracebeam-wasm-')), 'core.wasm');
      writeFileSync(file, bytes);
      this.reply(id, { file });
    }, this.wasmDelay);
  }

  // Waits until `check()` is true. It is evaluated whenever something has happened in the realm, and at intervals.
  until(check, what) {
    return new Promise((resolve, reject) => {
      let timer;
      let poll;
      const look = () => {
        if (!check()) return false;
        clearTimeout(timer);
        clearInterval(poll);
        resolve();
        return true;
      };
      if (look()) return;
      this.waiters.push(look);
      poll = setInterval(look, 20);
      timer = setTimeout(() => {
        clearInterval(poll);
        reject(new Error(`waited in vain for ${what}; said ${JSON.stringify(this.said)}; console ${JSON.stringify(this.console)}`));
      }, WAIT_MS);
    });
  }

  all(name) {
    return this.said.filter(([said]) => said === name).map(([, value]) => value);
  }

  async hears(name, times = 1) {
    await this.until(() => this.all(name).length >= times || this.all('crashed').length, name);
    const [crash] = this.all('crashed');
    if (crash) throw new Error(`the application crashed: ${crash}`);
    return this.all(name).at(-1);
  }

  // Runs a file of the application.
  async run(code, path = `/app${this.said.length}.js`) {
    this.realm.load(path, code);
    this.tell({ run: path });
    await this.until(() => this.said.some(([name, value]) => (name === 'ran' && value === path) || name === 'crashed'), path);
    const [crash] = this.all('crashed');
    if (crash) throw new Error(`the application crashed: ${crash}`);
  }

  async event(name, value) {
    const before = this.all('told').length;
    this.tell({ event: name, value });
    await this.until(() => this.all('told').length > before, name);
  }

  page(route) {
    this.tell({ page: route });
  }

  warnings() {
    return this.console.filter((line) => line.console === 'warn' || line.console === 'error').map((line) => line.text);
  }

  // Ends the application as the system does: nothing more happens in it.
  kill() {
    this.realm.close();
    for (const call of this.calls.values()) call.destroy();
  }
}
