// The browser's own measurements: one PerformanceObserver for requests, static resources and the document, and one timer for
// response bodies that nobody reads. Of a request it keeps only a weak reference to the response.

import { WORD_ENTRY, WORD_FAILED, WORD_TICK, WORD_UNREAD } from '../core/door.js';
import { unzoned } from '../core/unzoned.js';
import { getterOf, valueOf } from './hook.js';
import { listenersOf } from './listen.js';

// In the order in which the engine reads them (src/engine/timing/entry.rs).
const NUMBERS =
  'startTime redirectStart redirectEnd fetchStart domainLookupStart domainLookupEnd connectStart secureConnectionStart connectEnd requestStart responseStart responseEnd workerStart transferSize decodedBodySize responseStatus'.split(
    ' '
  );
const TEXTS = 'initiatorType nextHopProtocol deliveryType contentType'.split(' ');

// How long a body may stay unread, in milliseconds. The browser makes no entry for a request before its body was read.
const PATIENCE = 500;
// At most this many bodies are watched at a time. Beyond them, bodies that nobody has begun to read are given up at once.
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
  const { PerformanceObserver, performance, Response, WeakRef, Map } = scope;
  const { _now: now, _note: note } = line;
  const setTimeout = unzoned(scope, 'setTimeout');
  const listeners = listenersOf(scope);
  const bodyUsed = getterOf(Response, 'bodyUsed');
  /** @type {Map<number, { _at: number, _of: WeakRef<any> }>} The responses whose bodies are still to come, by the request's number. */
  const bodies = new Map();
  let ticking = false;
  let seen = false;
  /** @type {PerformanceObserver} */
  let observer;

  const report = (/** @type {any} */ entry) => {
    const [name] = entry.name.split('#');
    if (name === own) return;
    if (entry.entryType === 'navigation') {
      // This entry comes once while the document loads, without an end, and once with it.
      if (seen || !entry.responseEnd) return;
      seen = true;
    }
    const fields = NUMBERS.map((key) => entry[key] || '').concat(name);
    for (const key of TEXTS) fields.push(entry[key] || '');
    // For a request that a hook has seen, the name and the rules' answers were given at its start.
    const request = /^(fetch|xml)/.test(entry.initiatorType);
    const early = request && entry.startTime < since;
    fields.push(request && !early ? '\0' : about(name));
    // The first metric of each of these names; none of them where the response has no Server-Timing at all.
    const metrics = entry.serverTiming || [];
    for (const key of metrics.length ? METRICS : []) {
      const metric = metrics.find((/** @type {any} */ one) => one.name.toLowerCase() === key);
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

  // Gives up the bodies that nobody has begun to read for `patience` milliseconds: their entries will not come.
  const check = (/** @type {number} */ patience) =>
    bodies.forEach((body, id) => {
      if (now() - body._at < patience) return;
      bodies.delete(id);
      const response = body._of.deref();
      // A body that is being read is waited for. A response that was garbage-collected is not read any more.
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
  listeners._on(scope, 'error', onError, true);

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
      listeners._stop();
    },
  };
}
