// The browser's own measurements: one observer for all requests, static resources and the document, and one timer for
// bodies that nobody reads. All that is kept for a request is a weak reference to its response.

import { WORD_ENTRY, WORD_FAILED, WORD_TICK, WORD_UNREAD } from '../core/door.js';
import { unzoned } from '../core/unzoned.js';
import { getterOf, valueOf } from './hook.js';

// In the order in which the engine reads them (src/engine/timing/entry.rs).
const NUMBERS =
  'startTime redirectStart redirectEnd fetchStart domainLookupStart domainLookupEnd connectStart secureConnectionStart connectEnd requestStart responseStart responseEnd workerStart transferSize decodedBodySize responseStatus'.split(
    ' '
  );
const TEXTS = 'initiatorType nextHopProtocol deliveryType contentType'.split(' ');

// How long a body may stay unread before its entry is given up: an unread one gets none.
const PATIENCE = 500;
// Most bodies that are looked after at a time. Beyond, those that nobody has begun to read are given up at once.
const MAX_BODIES = 1000;
const METRICS = ['traceparent', 'dttrid', 'dtsinfo', 'dtrpid'];

/**
 * @typedef {object} Watch
 * @property {string} _own Where the agent's own sends go: they are not reported.
 * @property {(url: string) => string} _about The rules' answers on a URL, NUL, and the application's name for it.
 * @property {number} _since When the agent started; 0 where one ran before on this page, which has reported what came before.
 * @property {() => void} _settled Is called when an event may be ready to leave.
 */

/**
 * @param {any} scope
 * @param {import('../core/line.js').Line} line
 * @param {Watch} watch
 */
export function watchTiming(scope, line, { _own: own, _about: about, _since: since, _settled: settled }) {
  const { PerformanceObserver, performance, Response, WeakRef, EventTarget, Map } = scope;
  const { _now: now, _note: note } = line;
  const setTimeout = unzoned(scope, 'setTimeout');
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const bodyUsed = getterOf(Response, 'bodyUsed');
  const bodies = new Map();
  let ticking = false;
  let seen = false;
  /** @type {PerformanceObserver} */
  let observer;

  const report = (/** @type {any} */ entry) => {
    const [name] = entry.name.split('#');
    if (name === own) return;
    if (entry.entryType === 'navigation') {
      // It comes once while the document is being read, and again when all is over.
      if (seen || !entry.responseEnd) return;
      seen = true;
    }
    const fields = NUMBERS.map((key) => entry[key] || '').concat(name);
    for (const key of TEXTS) fields.push(entry[key] || '');
    // Requests that a hook has seen have their names and answers from their start.
    const request = /^(fetch|xml)/.test(entry.initiatorType);
    const early = request && entry.startTime < since;
    fields.push(request && !early ? '\0' : about(name));
    // The first of each that names a trace; all empty where there are others only.
    const metrics = entry.serverTiming || [];
    for (const key of metrics.length ? METRICS : []) {
      const metric = metrics.find((one) => one.name.toLowerCase() === key);
      fields.push(metric ? metric.description : '');
    }
    note(WORD_ENTRY, fields.join('\0'), +early, now());
  };

  const take = (/** @type {any[]} */ entries) => {
    for (const entry of entries) {
      try {
        report(entry);
      } catch (_) {
        // The page has changed a built-in that this needs: the entry is lost.
      }
    }
    settled();
  };

  // Gives up the bodies that nobody has begun to read for `patience` milliseconds: no entry will come.
  const check = (/** @type {number} */ patience) =>
    bodies.forEach((body, id) => {
      if (now() - body._at < patience) return;
      bodies.delete(id);
      const response = body._of.deref();
      // One that is being read is waited for; one that was collected is read by nobody.
      if (!response || !valueOf(bodyUsed, response, 'bodyUsed')) note(WORD_UNREAD, '', id);
    });

  // Takes what the browser has measured and not delivered yet. `hurry`: unread bodies are given up at once.
  const collect = (/** @type {boolean} */ hurry) => {
    if (hurry) check(0);
    if (!observer) return;
    const entries = observer.takeRecords();
    if (!seen) entries.push.apply(entries, performance.getEntriesByType('navigation'));
    take(entries);
  };

  const tick = () => {
    ticking = false;
    check(PATIENCE);
    if (note(WORD_TICK, '', 0, now())) wait();
    settled();
  };

  const wait = () => {
    if (!ticking) {
      ticking = true;
      setTimeout.call(scope, tick, PATIENCE);
    }
  };

  const onError = (/** @type {any} */ event) => {
    const { target } = event;
    const url = target && target !== scope && (target.currentSrc || target.src || target.href);
    if (url && typeof url === 'string') {
      note(WORD_FAILED, url.split('#')[0]);
      settled();
    }
  };
  addEventListener.call(scope, 'error', onError, true);

  try {
    observer = new PerformanceObserver((/** @type {any} */ list) => take(list.getEntries()));
    for (const type of ['resource', 'navigation']) observer.observe({ type, buffered: !!since });
  } catch (_) {
    // No observer: events without phases.
  }

  return {
    _collect: collect,
    // A request has ended. The body of a Response is still to come.
    _wait(/** @type {import('../core/line.js').End} */ { _id: id, _subject: subject }) {
      try {
        if (bodies.size >= MAX_BODIES) check(0);
        if (subject instanceof Response) bodies.set(id, { _at: now(), _of: new WeakRef(subject) });
      } catch (_) {
        // The page put something else in the response's place, or the browser has no WeakRef.
      }
      wait();
    },
    _stop() {
      if (observer) observer.disconnect();
      removeEventListener.call(scope, 'error', onError, true);
    },
  };
}
