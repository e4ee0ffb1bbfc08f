// Joins the engine to the browser: every crossing into the wasm happens here, each one caught. The
// first failure switches the agent off for good, and the page goes on as if it had never been there.

import { memoryOf } from './core/memory.js';
import { tokens } from './core/config.js';
import { patchFetch } from './browser/fetch.js';
import { patchXhr } from './browser/xhr.js';
import { watchPage } from './browser/page.js';
import { transportOf } from './browser/transport.js';

// Action codes of the engine (src/host/exports.rs).
const SEND = 1;
const SEND_EXIT = 2;
const ARM = 3;
const WARN = 4;
const CODE = 7;
const CODE_BITS = 3;

// Random bytes are fetched for this many requests at a time.
const ENTROPY_BYTES = 1024;
const ENTROPY_REQUESTS = 20;

export function start(scope, core, config) {
  const { console, performance, document, URL, Date } = scope;
  const memory = memoryOf(core);
  const rules = [];
  const undo = [];
  const setTimer = scope.__zone_symbol__setTimeout || scope.setTimeout;
  let send;
  let requests = 0;
  let timer;

  const now = () => performance.now();

  const fail = (error) => {
    if (!agent._on) return;
    agent._on = false;
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

  const pump = () => {
    for (let action; (action = core.poll()); ) {
      const code = action & CODE;
      if (code === ARM) {
        clearTimeout(timer);
        timer = setTimer.call(scope, onTimer, action >>> CODE_BITS);
      } else {
        const text = memory._read(core.output_len());
        if (code === WARN) console.warn('[tracebeam] ' + text);
        else send(text, code === SEND_EXIT);
      }
    }
  };

  const onTimer = () =>
    guarded(() => {
      core.timer();
      pump();
    });

  const flush = (exit) =>
    guarded(() => {
      core.flush(exit);
      pump();
    });

  // The answers of the RegExp and predicate rules, one character each. The page's code runs here,
  // and may itself call fetch: the engine is not borrowed.
  const answers = (href) => {
    let text = '';
    for (const rule of rules) {
      let answer = '0';
      try {
        if (typeof rule === 'function' ? rule(href) === true : matches(rule, href)) answer = '1';
      } catch (_) {
        answer = 'e';
      }
      text += answer;
    }
    return text;
  };

  const agent = {
    _on: true,

    // The absolute form of what the page wrote; empty where it is no URL.
    _resolve(url) {
      try {
        return new URL(url, document.baseURI).href;
      } catch (_) {
        return '';
      }
    },

    // A request is about to leave: its number, and the headers to set as [name, value, …], if any.
    // `own`: the trace headers that the application set itself, `name NUL value` pairs joined by NUL.
    _start(href, method, own, xhr, noCors) {
      const text = href + '\0' + answers(href) + '\0' + method + '\0' + own;
      const id = ++requests;
      const headers = guarded(() => {
        if (id % ENTROPY_REQUESTS === 1) feed();
        const length = core.start(memory._write(text), id, xhr, noCors, now(), Date.now());
        return length ? memory._read(length).split('\0') : null;
      });
      return { _id: agent._on ? id : 0, _headers: headers };
    },

    // A request has ended.
    _end(id, status, failure, message) {
      guarded(() => {
        core.end(memory._write(`${message || ''}`), id, status, failure, now());
        pump();
      });
    },
  };

  const feed = () => {
    const { crypto } = scope;
    const room = memory._room(ENTROPY_BYTES);
    crypto.getRandomValues(room);
    core.entropy(ENTROPY_BYTES);
  };

  const stop = () => {
    agent._on = false;
    undo.splice(0).forEach((restore) => restore && restore());
  };

  const settings = tokens(config, rules);
  const network = (scope.navigator.connection || {}).effectiveType || '';
  const text = scope.location.href + '\0' + network + '\0' + settings;
  const origin = performance.timeOrigin || Date.now() - now();
  feed();
  const on = core.configure(memory._write(text), origin);
  pump();
  if (!on) {
    agent._on = false;
    return null;
  }
  send = transportOf(scope, config.endpoint);
  undo.push(
    patchFetch(scope, agent),
    patchXhr(scope, agent),
    watchPage(scope, () => flush(true))
  );
  return { flush: () => flush(false), stop };
}

// RegExps run in the host's own engine; a `g` or `y` flag must not make one answer depend on the last.
function matches(rule, href) {
  const { lastIndex } = rule;
  rule.lastIndex = 0;
  const matched = rule.test(href);
  rule.lastIndex = lastIndex;
  return matched;
}
