// Joins the engine to the browser: every crossing into the wasm is guarded here. The first failure switches
// the agent off for good, and the page goes on as if it had never been there.

import { memoryOf } from './core/memory.js';
import { configurationOf } from './configuration.js';
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
import { deliveryOf } from './browser/delivery.js';
import { pumpOf } from './pump.js';
import { requestsOf } from './requests.js';

// Signals (src/host/exports.rs).
const FLUSH = 1;
const HIDDEN = 2;
const LEAVING = 3;

// Words about the page (src/host/exports.rs).
const TICK = 69;
const VIEW = 71;

// How long an application's flush waits for bodies that are being read.
const FLUSH_WAIT = 1000;

// `instantiate` gives the engine's exports, or a promise of them where the browser compiles or fetches it first. Returns
// nothing where the configuration turns the agent off. `warn(text)` says a text once; `again`: not the page's first agent.
export function start(scope, instantiate, config, warn, again) {
  const { console, performance } = scope;
  const setTimer = scope.__zone_symbol__setTimeout || scope.setTimeout;
  const now = () => performance.now();
  // Before the engine is fetched: that is no request of the page's.
  const since = again ? 0 : now();
  const ready = instantiate();
  const later = typeof ready.then === 'function';
  // What is joined here, filled in once the engine is there.
  const parts = {};
  const agent = requestsOf(scope, parts, later);
  const undo = [];
  let puller;
  let hurry;
  let dead = false;

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
      call(parts._memory._write(text));
      return parts._memory._read(parts._core.output_len());
    });

  // Whether something waits for its entry; an end of the wait where there is none.
  const waits = (end) => guarded(() => parts._core.note(0, TICK, 0, end || now()));

  const leave = () => {
    hurry = false;
    waits(Infinity);
    parts._pump._signal(FLUSH);
  };

  // An entry has come, or time has passed.
  const settled = () => {
    guarded(parts._pump._pump);
    if (hurry && !waits()) leave();
  };

  // The application will have everything sent: what the browser has already measured goes along, and what it
  // measures within a moment.
  const flush = () => {
    parts._timing._collect(true);
    if (!waits()) return leave();
    if (!hurry) setTimer.call(scope, () => hurry && leave(), FLUSH_WAIT);
    hurry = true;
  };

  // What page.js has to say; what the browser has measured by then goes along.
  const signal = (what) => {
    if (what === HIDDEN || what === LEAVING) parts._timing._collect(false);
    parts._pump._signal(what);
    if (puller) puller._signal(what);
  };

  // Leaves what others built upon ours as it is (hook.js). False where the engine failed: it is never called again.
  const stop = (forget) => {
    agent._on = false;
    undo.splice(0).forEach((restore) => restore && restore());
    if (forget && parts._session) [parts._session, parts._pump].forEach((keeper) => keeper._forget());
    return !dead;
  };

  const patch = () => {
    undo.push(patchFetch(scope, agent));
    undo.push(...patchXhr(scope, agent));
    if (undo.includes(null))
      console.warn('[tracebeam] a request function is locked or replaced by another script; its requests are not traced');
  };

  const settings = configurationOf(scope, config, agent._resolve);

  const change = (config) => {
    settings._read(config);
    guarded(() => settings._hand(parts._core, parts._memory));
    guarded(parts._pump._pump);
  };

  // The engine is there. False where it wants no agent.
  const connect = (core) => {
    const memory = memoryOf(core);
    const evaluator = evaluatorOf(scope, () => settings._evaluate);
    Object.assign(parts, {
      _core: core,
      _memory: memory,
      _settings: settings,
      _evaluator: evaluator,
      _guarded: guarded,
      _enter: enter,
      _settled: settled,
      _now: now,
    });
    agent._feed();
    const made = settings._hand(core, memory);
    const listen = () => parts._page && parts._page._listen();
    const pump = (parts._pump = pumpOf(
      scope,
      core,
      memory,
      guarded,
      deliveryOf(scope, made),
      listen,
      reportOf(scope, () => settings._report),
      warn
    ));
    pump._pump();
    const [endpoint, , , , pid, storage, asks, url] = made;
    if (!endpoint) return false;
    const show = (href, given) => enter(href + '\0' + (given || settings._viewNameOf(href)), (length) => core.note(length, VIEW, 0, 0));
    show(scope.location.href);
    const session = (parts._session = watchSession(scope, parts, pid, +storage));
    const view = (parts._view = watchView(scope, show));
    const about = (url) => settings._nameOf(url) + '\0' + settings._ask(url, true);
    const timing = (parts._timing = watchTiming(scope, parts, endpoint.split('#')[0], about, since));
    // Before anything is patched.
    if (asks) {
      puller = pullerOf(scope, url || new URL('/config/' + encodeURIComponent(pid), endpoint).href, (said) => {
        settings._remote = said;
        change(settings._settings);
      });
    }
    if (!later) patch();
    const page = (parts._page = watchPage(scope, signal));
    undo.push(page && page._stop, pump._stop, session._stop, view._stop, timing._stop);
    if (puller) puller._pull();
    running._calls = callsOf(parts, agent, change, (name) => show(scope.location.href, name), warn);
    return true;
  };

  // What the application says before the engine is there is said to it then.
  const running = {
    _flush: () => (agent._waits() ? agent._later(flush) : flush()),
    _stop: stop,
    _later: agent._later,
    _off: () => !agent._on && !dead,
  };
  if (!later) {
    let wanted = false;
    try {
      wanted = connect(ready);
    } finally {
      // Nothing stays half done.
      if (!wanted) stop();
    }
    return wanted ? running : null;
  }
  patch();
  ready
    .then((engine) => agent._on && (connect(engine) || stop()))
    .then(agent._replay)
    .then(null, (error) => {
      dead = true;
      stop();
      console.warn('[tracebeam] not started:', error);
    });
  return running;
}
