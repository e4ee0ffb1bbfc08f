// Joins the engine to a mini-program's host: every crossing into the core happens here, each one caught. The first failure
// switches the agent off for good, and the application goes on as if it had never been there.

import { memoryOf } from '../core/memory.js';
import { tokens } from '../core/config.js';
import { evaluatorOf } from '../core/evaluate.js';
import { named } from '../core/named.js';
import { reportOf } from '../core/report.js';
import { userKey } from '../core/session.js';
import { warnerOf } from '../core/warn.js';
import { baseOf, pumpOf } from '../pump.js';
import { answersOf } from '../rules.js';
import { askHost, weakSeed } from './entropy.js';
import { configured } from './facts.js';
import { routeOf, watchLife } from './page.js';
import { patch } from './patch.js';
import { tracerOf } from './request.js';
import { scopeOf } from './scope.js';
import { sessionOf } from './session.js';
import { boxOf, storageOf } from './storage.js';
import { transportOf } from './transport.js';
import { resolve } from './url.js';

// Signals (src/host/exports.rs).
const FLUSH = 1;
const HIDDEN = 2;
const SHOWN = 4;
const ONLINE = 6;

// Flags of a start.
const NOT_READY = 4;
const KIND = 16;

// Words about a request or the application.
const HELD = 64;
const NAMED = 65;
const MEASURED = 67;
const TICK = 69;
const VIEW = 71;
const REVOKED = 74;
const NETWORK = 78;

// Requests that are remembered until the core is there.
const MAX_EARLY = 500;
// How long an application's flush waits for what evaluateApi has to say.
const FLUSH_WAIT = 1000;

// `instantiate(use, failed)` hands the core's exports to `use`, at once or later. Returns null where the agent stays off.
export function start(api, host, instantiate, config) {
  const scope = scopeOf();
  const { console } = scope;
  const now = scope.performance.now;
  const box = boxOf(host);
  const kept = [];
  let early = [];
  let requests = 0;
  let dead = false;
  let core, memory, answers, called, evaluator, session, pump, store, patched, unwatch, route;

  const guarded = (work) => {
    if (!agent._on) return;
    try {
      return work();
    } catch (error) {
      dead = true;
      stop();
      console.error('[tracebeam] off after an internal failure; the application is not affected:', error);
    }
  };

  // Runs what calls the core, or keeps it until there is one.
  const enter = (work) => {
    if (!early) guarded(work);
    else if (early.length < MAX_EARLY) early.push(work);
  };

  // Runs `call` with the length of `text`, which is in the core's memory then; gives the text that it left.
  const ask = (text, call) =>
    guarded(() => {
      call(memory._write(text));
      return memory._read(core.output_len());
    });

  const agent = {
    _on: true,
    _resolve: resolve,
    _now: now,

    // A request is about to leave: its number, and the headers to set as [name, value, …], if any.
    _start(href, method, own, kind) {
      const id = ++requests;
      const flags = (kind * KIND) | (early ? NOT_READY : 0);
      const at = now();
      const date = Date.now();
      const page = routeOf();
      const name = called ? named(called, href) : '';
      const text = href + '\0' + answers(href) + '\0' + method + '\0' + own;
      let headers = null;
      enter(() => {
        session._request(date);
        show(page);
        const length = core.start(memory._write(text), id, flags, at, date);
        if (length) headers = memory._read(length).split('\0');
        if (name) core.note(memory._write(name), NAMED, id, 0);
      });
      evaluator._start(id, href, method);
      return { _id: agent._on ? id : 0, _headers: headers };
    },

    // The headers could not be set: the request leaves without them, and its event says so.
    _revoke(id) {
      enter(() => core.note(0, REVOKED, id, 0));
    },

    // A request has ended: `entry` is what the host has measured, `result` what it told the application.
    _end(id, status, failure, message, entry, result, failed) {
      const word = evaluator._end(id, failed ? null : { clone: () => result }, failed ? result : undefined);
      const at = now();
      enter(() => {
        if (word) core.note(0, HELD, id, 0);
        if (entry) core.note(memory._write(entry), MEASURED, id, 0);
        core.end(memory._write(message), id, status, failure, at);
        pump._pump();
      });
      if (word) {
        word((members, given) =>
          enter(() => {
            core.note(memory._write(members), given, id, now());
            pump._pump();
          })
        );
      }
    },
  };

  const show = (page) => {
    if (page === route) return;
    route = page;
    const parse = functionOf('.parseViewName');
    core.note(memory._write('\0' + ((parse && named(parse, page)) || page)), VIEW, 0, 0);
  };

  const feed = (bytes) =>
    enter(() => {
      memory._room(bytes.length).set(bytes);
      core.entropy(bytes.length);
    });

  const leave = () => {
    guarded(() => core.note(0, TICK, 0, Infinity));
    if (agent._on) pump._signal(FLUSH);
  };
  const flush = () =>
    enter(() => {
      if (core.note(0, TICK, 0, now())) scope.setTimeout(leave, FLUSH_WAIT);
      else leave();
    });

  // The application's function for an option; the engine has warned of anything else.
  const functionOf = (option) => {
    for (let i = 0; i < kept.length; i++) if (kept[i]._path === option && typeof kept[i]._rule === 'function') return kept[i]._rule;
  };

  const stop = () => {
    agent._on = false;
    if (patched) patched._stop();
    if (unwatch) unwatch();
    if (pump) pump._stop();
    // False where the core failed: it is never called again.
    return !dead;
  };

  const warn = warnerOf(console);
  const refuse = () => warn('this device does not let request functions be replaced: use wrapRequest()');

  const begin = (exports) => {
    core = exports;
    memory = memoryOf(core);
    const length = memory._write(weakSeed(box._get(userKey((config || {}).pid))));
    core.entropy(length);
    // None of the seed's own bytes becomes an id.
    core.entropy(0);
    const on = core.configure(memory._write('miniapp:\0\0' + settings), Date.now() - now());
    const [endpoint, traced, , , pid] = memory._read(on).split('\0');
    const base = baseOf('', pid);
    const send = on && transportOf(scope, host, native, endpoint, warn);
    store = storageOf(scope, box, base);
    pump = pumpOf(
      scope,
      core,
      memory,
      guarded,
      { _storage: () => store, _send: send },
      () => {},
      reportOf(scope, () => functionOf('.beforeReport')),
      warn
    );
    pump._pump();
    if (!on) return stop();
    answers = answersOf(kept, traced);
    session = sessionOf(box, pid, core, ask);
    const waiting = early;
    early = null;
    waiting.forEach(guarded);
    pump._pump();
  };

  const settings = tokens(configured(config, host), kept, resolve)._text;
  // Until the core says whether anything is traced, filters alone are asked.
  answers = answersOf(kept, '');
  called = functionOf('.parseResourceName');
  evaluator = evaluatorOf(scope, () => functionOf('.evaluateApi'));
  const { _api: target } = host;
  const native = host._name === 'dingtalk' && target.httpRequest ? target.httpRequest : target.request || target.httpRequest;

  instantiate(
    host,
    (exports) => guarded(() => begin(exports)),
    (error) => {
      console.warn('[tracebeam] not started:', error);
      stop();
    },
    config
  );
  if (!agent._on) {
    if (dead) throw new Error('the core failed');
    return null;
  }
  patched = patch(host, tracerOf(host, agent), api, refuse);
  patched._apply();
  askHost(host, feed);
  unwatch = watchLife(
    host,
    (shown) => {
      if (shown) patched._apply();
      enter(() => {
        session._show(shown);
        if (!shown) core.note(0, TICK, 0, Infinity);
        pump._signal(shown ? SHOWN : HIDDEN);
        if (!shown) store._save();
      });
    },
    (kind, connected) =>
      enter(() => {
        core.note(memory._write(kind.replace(/\0/g, '')), NETWORK, 0, 0);
        if (connected) pump._signal(ONLINE);
      })
  );
  return { flush, stop, _wrap: patched._wrap };
}
