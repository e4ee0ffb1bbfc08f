// The browser's own measurements: one observer for all requests, static resources and the document,
// and one timer for what must not be waited for. Nothing here is per request but one weak reference.

import { ask, getterOf } from '../hook.js';

// In the order in which the engine reads them (src/engine/timing/entry.rs).
const NUMBERS =
  'startTime redirectStart redirectEnd fetchStart domainLookupStart domainLookupEnd connectStart secureConnectionStart connectEnd requestStart responseStart responseEnd workerStart transferSize decodedBodySize responseStatus'.split(
    ' '
  );
const TEXTS = 'initiatorType nextHopProtocol deliveryType contentType'.split(' ');

// Words for the engine (src/host/exports.rs).
const UNREAD = 66;
const ENTRY = 67;
const FAILED = 68;
const TICK = 69;

// How long a body may stay unread before its entry is given up: an unread one gets none.
const PATIENCE = 500;
// Most bodies that are looked after.
const MAX_BODIES = 1000;
const METRICS = ['traceparent', 'dttrid', 'dtsinfo', 'dtrpid'];

// `core`: the engine. `enter(text, call)`: runs `call(length)` with `text` in the engine's memory, guarded.
// `own`: where the agent's own sends go. `about(url)`: the host's answers on a URL, and the application's name for it.
// `since`: when the agent started; 0 where one ran before on this page, which has told of what came before.
export function watchTiming(scope, { _enter: enter, _core: core, _now: now, _settled: settled }, own, about, since) {
  const { PerformanceObserver, performance, Response, WeakRef, EventTarget, Map } = scope;
  const setTimer = scope.__zone_symbol__setTimeout || scope.setTimeout;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const bodyUsed = getterOf(Response, 'bodyUsed');
  const bodies = new Map();
  let ticking = false;
  let seen = false;
  let observer;

  const report = (entry) => {
    const [name] = entry.name.split('#');
    if (name === own) return;
    if (entry.entryType === 'navigation') {
      // It comes once while the document is being read, and again when all is over.
      if (seen || !entry.responseEnd) return;
      seen = true;
    }
    const parts = NUMBERS.map((key) => entry[key] || '').concat(name);
    for (const key of TEXTS) parts.push(entry[key] || '');
    // Requests that a hook has seen have their names and answers from their start.
    const request = /^(fetch|xml)/.test(entry.initiatorType);
    const early = request && entry.startTime < since;
    parts.push(request && !early ? '\0' : about(name));
    // The first of each that names a trace; all empty where there are others only.
    const metrics = entry.serverTiming || [];
    for (const key of metrics.length ? METRICS : []) {
      const metric = metrics.find((one) => one.name.toLowerCase() === key);
      parts.push(metric ? metric.description : '');
    }
    enter(parts.join('\0'), (length) => core.note(length, ENTRY, +early, now()));
  };

  const take = (entries) => {
    for (const entry of entries) {
      try {
        report(entry);
      } catch (_) {
        // It is lost: the page has changed something under us.
      }
    }
    settled();
  };

  // Gives up the bodies that nobody has begun to read for `patience` milliseconds: no entry will come.
  const check = (patience) =>
    bodies.forEach((body, id) => {
      if (now() - body._at < patience) return;
      bodies.delete(id);
      const response = body._of.deref();
      // One that is being read is waited for; one that was collected is read by nobody.
      if (!response || !ask(bodyUsed, response, 'bodyUsed')) enter('', () => core.note(0, UNREAD, id, 0));
    });

  // Takes what the browser has not delivered yet; `hurry`: and does not wait for readers.
  const collect = (hurry) => {
    if (hurry) check(0);
    if (!observer) return;
    const entries = observer.takeRecords();
    if (!seen) entries.push.apply(entries, performance.getEntriesByType('navigation'));
    take(entries);
  };

  const tick = () => {
    ticking = false;
    check(PATIENCE);
    enter('', () => core.note(0, TICK, 0, now()) && wait());
    settled();
  };

  const wait = () => {
    if (!ticking) {
      ticking = true;
      setTimer.call(scope, tick, PATIENCE);
    }
  };

  const onError = (event) => {
    const { target } = event;
    const url = target && target !== scope && (target.currentSrc || target.src || target.href);
    if (url && typeof url === 'string') {
      enter(url.split('#')[0], (length) => core.note(length, FAILED, 0, 0));
      settled();
    }
  };
  addEventListener.call(scope, 'error', onError, true);

  try {
    observer = new PerformanceObserver((list) => take(list.getEntries()));
    for (const type of ['resource', 'navigation']) observer.observe({ type, buffered: !!since });
  } catch (_) {
    // No observer: events without phases.
  }

  return {
    _collect: collect,
    // A request has ended; `subject` may be a Response, of which the body is still to come.
    _wait(id, subject) {
      try {
        if (bodies.size < MAX_BODIES && subject instanceof Response) bodies.set(id, { _at: now(), _of: new WeakRef(subject) });
      } catch (_) {
        // Whatever the page put in the response's place; or there are no weak references.
      }
      wait();
    },
    _stop() {
      if (observer) observer.disconnect();
      removeEventListener.call(scope, 'error', onError, true);
    },
  };
}
