// Joins the engine to the browser: every crossing into the wasm happens here, each one caught. The
// first failure switches the agent off for good, and the page goes on as if it had never been there.

import { memoryOf } from './core/memory.js';
import { tokens } from './core/config.js';
import { answersOf } from './rules.js';
import { pageOf, resolverOf } from './browser/address.js';
import { patchFetch } from './browser/fetch.js';
import { patchXhr } from './browser/xhr.js';
import { watchPage } from './browser/page.js';
import { pumpOf } from './pump.js';

// A signal (src/host/exports.rs).
const FLUSH = 1;

// Flags of a start.
const XHR = 1;
const NO_CORS = 2;
const NOT_READY = 4;

// Random bytes are fetched for this many requests at a time.
const ENTROPY_BYTES = 1024;
const ENTROPY_REQUESTS = 20;

export function start(scope, core, config) {
  const { console, performance, Date } = scope;
  const memory = memoryOf(core);
  const kept = [];
  const undo = [];
  let answers;
  let requests = 0;
  let page;
  let pump;
  let dead = false;

  const now = () => performance.now();

  const fail = (error) => {
    dead = true;
    if (!agent._on) return;
    stop();
    console.error('[tracebeam] off after an internal failure; the page is not affected:', error);
  };

  // Runs `work`, which calls the engine; its failure is the last.
  const guarded = (work) => {
    if (!agent._on) return;
    try {
      return work();
    } catch (error) {
      fail(error);
    }
  };

  const agent = {
    _on: true,

    // The absolute form of what the page wrote; empty where it is no URL.
    _resolve: resolverOf(scope),

    // A request is about to leave: its number, and the headers to set as [name, value, …], if any. One
    // of the application's own has its whole new value there.
    // `own`: the trace headers that the application set itself, `name NUL value` pairs joined by NUL, names
    // in lower case. `late`: the request left before the agent was ready.
    _start(href, method, own, xhr, noCors, late) {
      [href] = href.split('#');
      const text = href + '\0' + answers(href) + '\0' + method + '\0' + own;
      const id = ++requests;
      const headers = guarded(() => {
        if (id % ENTROPY_REQUESTS === 1) feed();
        const flags = (xhr ? XHR : 0) | (noCors ? NO_CORS : 0) | (late ? NOT_READY : 0);
        const length = core.start(memory._write(text), id, flags, now(), Date.now());
        return length ? memory._read(length).split('\0') : null;
      });
      return { _id: agent._on ? id : 0, _headers: headers };
    },

    // The headers could not be set: the request leaves without them, and its event says so.
    _revoke(id) {
      guarded(() => core.revoke(id));
    },

    // A request has ended.
    _end(id, status, failure, message) {
      guarded(() => {
        core.end(memory._write(`${message || ''}`), id, status, failure, now());
        pump._pump();
      });
    },
  };

  const feed = () => {
    const { crypto } = scope;
    const room = memory._room(ENTROPY_BYTES);
    crypto.getRandomValues(room);
    core.entropy(ENTROPY_BYTES);
  };

  // Leaves what others built upon ours as it is (hook.js). False where the engine failed: it is never called again.
  const stop = () => {
    agent._on = false;
    undo.splice(0).forEach((restore) => restore && restore());
    return !dead;
  };

  const settings = tokens(config, kept, agent._resolve);
  const network = (scope.navigator.connection || {}).effectiveType || '';
  const text = pageOf(scope) + '\0' + network + '\0' + settings;
  const origin = performance.timeOrigin || Date.now() - now();
  feed();
  const on = core.configure(memory._write(text), origin);
  // What the engine made of it: nothing of the page's object is read twice.
  const made = memory._read(on).split('\0');
  pump = pumpOf(scope, core, memory, guarded, made, () => page && page._listen());
  pump._pump();
  if (!on) {
    agent._on = false;
    return null;
  }
  answers = answersOf(kept, made[1]);
  undo.push(patchFetch(scope, agent), ...patchXhr(scope, agent));
  if (undo.includes(null)) console.warn('[tracebeam] a request function is locked by another script; its requests are not traced');
  page = watchPage(scope, pump._signal);
  undo.push(page && page._stop, pump._stop);
  return { flush: () => pump._signal(FLUSH), stop };
}
