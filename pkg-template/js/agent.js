// Joins the engine to the browser: every crossing into the wasm happens here, each one caught. The
// first failure switches the agent off for good, and the page goes on as if it had never been there.

import { memoryOf } from './core/memory.js';
import { configurationOf } from './configuration.js';
import { resolverOf } from './browser/address.js';
import { patchFetch } from './browser/fetch.js';
import { patchXhr } from './browser/xhr.js';
import { watchPage } from './browser/page.js';
import { watchSession } from './browser/session.js';
import { watchTiming } from './browser/timing.js';
import { watchView } from './browser/view.js';
import { evaluatorOf } from './core/evaluate.js';
import { callsOf } from './calls.js';
import { pullerOf } from './browser/remote.js';
import { reportOf } from './core/report.js';
import { pumpOf } from './pump.js';

// A signal (src/host/exports.rs).
const FLUSH = 1;
const HIDDEN = 2;
const LEAVING = 3;

// Flags of a start.
const XHR = 1;
const NO_CORS = 2;
const NOT_READY = 4;

// Words about a request or the page (src/host/exports.rs).
const HELD = 64;
const NAMED = 65;
const TICK = 69;
const VIEW = 71;
const REVOKED = 74;
const REDIRECTED = 75;

// Random bytes are fetched for this many requests at a time.
const ENTROPY_BYTES = 1024;
const ENTROPY_REQUESTS = 20;

// How long an application's flush waits for bodies that are being read.
const FLUSH_WAIT = 1000;

// Most requests that are kept until the engine is there: a page's first second or two.
const MAX_WAITING = 1000;

// `ready`: the engine's exports, or a promise of them where the browser compiles or fetches it first. Until then requests
// go out as they are, and the engine hears of them afterwards. Returns nothing where the configuration turns the agent off.
// `warn(text)` says a text once; `again`: not the page's first agent.
export function start(scope, ready, config, warn, again) {
  const { console, performance, Date } = scope;
  const later = typeof ready.then === 'function';
  // What has happened before there was an engine; nothing any more afterwards.
  let waiting = later && [];
  let core;
  let memory;
  const undo = [];
  let puller;
  let session;
  let view;
  let timing;
  let hurry;
  let requests = 0;
  let page;
  const setTimer = scope.__zone_symbol__setTimeout || scope.setTimeout;
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

  // Runs `call` with the length of `text`, which is in the engine's memory then; gives the text that it left.
  const enter = (text, call) =>
    guarded(() => {
      call(memory._write(text));
      return memory._read(core.output_len());
    });

  const leave = (signal) => {
    hurry = false;
    guarded(() => core.note(0, TICK, 0, Infinity));
    pump._signal(signal);
  };

  // An entry has come, or time has passed.
  const settled = () => {
    guarded(pump._pump);
    if (hurry && guarded(() => !core.note(0, TICK, 0, now()))) leave(FLUSH);
  };

  // The page goes away, or the application will have everything sent: what the browser has already measured
  // goes along, and for the application what it measures within a moment.
  const flush = () => {
    timing._collect(true);
    if (!guarded(() => core.note(0, TICK, 0, now()))) return leave(FLUSH);
    if (!hurry) setTimer.call(scope, () => hurry && leave(FLUSH), FLUSH_WAIT);
    hurry = true;
  };

  // What page.js has to say; what the browser has measured by then goes along.
  const signal = (what) => {
    if (what === HIDDEN || what === LEAVING) timing._collect(false);
    pump._signal(what);
    if (puller) puller._signal(what);
  };

  const agent = {
    _on: true,

    // The absolute form of what the page wrote; empty where it is no URL.
    _resolve: resolverOf(scope),

    // A request is about to leave: its number, and the headers to set as [name, value, …], if any. One
    // of the application's own has its whole new value there.
    // `own`: the trace headers that the application set itself, `name NUL value` pairs joined by NUL, names
    // in lower case.
    _start(href, method, own, xhr, noCors) {
      const request = [href.split('#')[0], method, own, (xhr ? XHR : 0) | (noCors ? NO_CORS : 0), now(), Date.now()];
      const id = requests + 1;
      if (waiting) {
        if (!wait(() => begin(id, ...request, NOT_READY))) return { _id: 0 };
        requests = id;
        return { _id: id };
      }
      requests = id;
      const headers = begin(id, ...request, 0);
      return { _id: agent._on ? id : 0, _headers: headers };
    },

    // The headers could not be set: the request leaves without them, and its event says so.
    _revoke(id) {
      guarded(() => core.note(0, REVOKED, id, 0));
    },

    // A request has ended. `subject`: the Response or the XMLHttpRequest, which is held weakly, if at all.
    // `redirected`: where redirects led, if there were any.
    _end(id, status, failure, message, redirected, subject, error) {
      const at = now();
      const end = () => finish(id, status, failure, message, redirected, subject, error, at);
      // At most one for each start that was kept.
      if (waiting) waiting.push(end);
      else end();
    },
  };

  const wait = (work) => waiting.length < MAX_WAITING && waiting.push(work);

  const begin = (id, href, method, own, flags, at, date, late) => {
    session._request(Date.now());
    view._request();
    const called = settings._nameOf(href);
    const text = href + '\0' + settings._ask(href) + '\0' + method + '\0' + own;
    const headers = guarded(() => {
      if (id % ENTROPY_REQUESTS === 1) feed();
      const length = core.start(memory._write(text), id, flags | late, at, date);
      const ours = length ? memory._read(length).split('\0') : null;
      if (called) core.note(memory._write(called), NAMED, id, 0);
      return ours;
    });
    evaluator._start(id, href, method);
    return headers;
  };

  const finish = (id, status, failure, message, redirected, subject, error, at) => {
    const word = evaluator._end(id, subject, error);
    guarded(() => {
      if (word) core.note(0, HELD, id, 0);
      if (redirected) core.note(memory._write(redirected), REDIRECTED, id, 0);
      core.end(memory._write(`${message || ''}`), id, status, failure, at);
      pump._pump();
    });
    timing._wait(id, subject);
    if (page) page._listen();
    if (word) {
      word((members, given) => {
        enter(members, (length) => core.note(length, given, id, now()));
        settled();
      });
    }
  };

  const feed = () => {
    const { crypto } = scope;
    const room = memory._room(ENTROPY_BYTES);
    crypto.getRandomValues(room);
    core.entropy(ENTROPY_BYTES);
  };

  // Leaves what others built upon ours as it is (hook.js). False where the engine failed: it is never called again.
  const stop = (forget) => {
    agent._on = false;
    undo.splice(0).forEach((restore) => restore && restore());
    if (forget && session) [session, pump].forEach((keeper) => keeper._forget());
    return !dead;
  };

  const patch = () => {
    undo.push(patchFetch(scope, agent), ...patchXhr(scope, agent));
    if (undo.includes(null)) console.warn('[tracebeam] a request function is locked by another script; its requests are not traced');
  };

  const evaluator = evaluatorOf(scope, () => settings._evaluate);
  const since = again ? 0 : now();

  const settings = configurationOf(scope, config, agent._resolve);

  const change = (config) => {
    settings._read(config);
    guarded(() => settings._hand(core, memory));
    guarded(pump._pump);
  };

  // The engine is there. False where it wants no agent.
  const connect = (engine) => {
    core = engine;
    memory = memoryOf(core);
    feed();
    const made = settings._hand(core, memory);
    pump = pumpOf(scope, core, memory, guarded, made, () => page && page._listen(), reportOf(scope, () => settings._report), warn);
    pump._pump();
    const [endpoint, , , , pid, storage, asks, url] = made;
    if (!endpoint) return false;
    const show = (href, given) => enter(href + '\0' + (given || settings._viewNameOf(href)), (length) => core.note(length, VIEW, 0, 0));
    show(scope.location.href);
    session = watchSession(scope, { _enter: enter, _core: core, _pid: pid, _kind: +storage });
    view = watchView(scope, show);
    timing = watchTiming(scope, {
      _enter: enter,
      _core: core,
      _own: endpoint.split('#')[0],
      _about: (url) => settings._nameOf(url) + '\0' + settings._ask(url, true),
      _now: now,
      _settled: settled,
      _since: since,
    });
    // Before anything is patched.
    if (asks) {
      puller = pullerOf(scope, url || new URL('/config/' + encodeURIComponent(pid), endpoint).href, (said) => {
        settings._remote = said;
        if (agent._on) change(settings._settings);
      });
    }
    if (!later) patch();
    page = watchPage(scope, signal);
    undo.push(page && page._stop, pump._stop, session._stop, view._stop, timing._stop);
    if (puller) puller._pull();
    running._calls = callsOf({
      _agent: agent,
      _enter: enter,
      _core: core,
      _now: now,
      _warn: warn,
      _settings: settings,
      _change: change,
      _show: (name) => show(scope.location.href, name),
      _session: session,
      _evaluator: evaluator,
      _settled: settled,
    });
    return true;
  };

  // What the application says before the engine is there is said to it then.
  const running = { _flush: () => (waiting ? wait(flush) : flush()), _stop: stop, _later: (work) => wait(work), _off: () => !agent._on && !dead };
  if (!later) {
    if (connect(ready)) return running;
    agent._on = false;
    return null;
  }
  patch();
  const replay = () => {
    const before = waiting;
    waiting = null;
    if (agent._on) before.forEach((work) => work());
  };
  ready
    .then((engine) => agent._on && (connect(engine) || stop()))
    .then(replay)
    .then(null, (error) => {
      dead = true;
      stop();
      console.warn('[tracebeam] not started:', error);
    });
  return running;
}
