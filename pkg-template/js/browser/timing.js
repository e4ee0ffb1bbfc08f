// The browser's own measurements: one PerformanceObserver for requests, static resources and the document, and one timer for
// response bodies that nobody reads. It keeps a response by a weak reference only.
//
// The observer begins when the agent starts, because the browser's own buffer holds only 250 entries. Until the engine is
// ready, what the browser reports waits in `held`.

import { WORD_ENTRY, WORD_FAILED, WORD_TICK, WORD_UNREAD } from '../core/door.js';
import { unzoned } from '../core/unzoned.js';
import { getterOf, valueOf } from './hook.js';
import { listenersOf } from './listen.js';

// In the engine's order (src/engine/timing/entry.rs).
const NUMBERS =
  'startTime redirectStart redirectEnd fetchStart domainLookupStart domainLookupEnd connectStart secureConnectionStart connectEnd requestStart responseStart responseEnd workerStart transferSize decodedBodySize responseStatus'.split(
    ' '
  );
const TEXTS = 'initiatorType nextHopProtocol deliveryType contentType'.split(' ');

// A body is given up if nobody has begun to read it for this long, in milliseconds. The browser makes no entry for a request
// until its body has been read.
const UNREAD_MS = 500;
// At most this many bodies are watched at a time. Beyond this, all bodies that nobody has begun to read are given up at once.
const MAX_BODIES = 1000;
// Most reports that wait for the engine. When there are so many, the engine is made.
const MAX_HELD = 1000;
const METRICS = ['traceparent', 'dttrid', 'dtsinfo', 'dtrpid'];

/**
 * @typedef {object} Watch What is known when the engine is ready.
 * @property {string} _own The URL of the agent's own sends, which are not reported.
 * @property {(url: string) => string} _about The application's name for a URL, NUL, and the answers of its rules.
 * @property {() => void} _advance Is called when an event may be ready to leave.
 */

/**
 * @param {any} scope
 * @param {import('../core/line.js').Line} line
 * @param {number} since When the agent started. 0 if another agent ran on this page before, which has reported the earlier entries.
 */
export function watchTiming(scope, line, since) {
  const { PerformanceObserver, performance, Response, WeakRef, Map } = scope;
  const { _now: now, _note: note } = line;
  const setTimeout = unzoned(scope, 'setTimeout');
  const listeners = listenersOf(scope);
  const bodyUsed = getterOf(Response, 'bodyUsed');
  /** @type {Map<number, { _at: number, _of: WeakRef<any> }>} The responses whose bodies are not complete yet, by the request's number. */
  const bodies = new Map();
  let ticking = false;
  let seen = false;
  /** @type {PerformanceObserver} */
  let observer;
  /** @type {Watch} */
  let watch;
  /** @type {(() => void)[]} */
  const held = [];

  const drain = () => held.splice(0).forEach((work) => work());

  // Passes on a report of the browser, in the order in which they came.
  const hear = (/** @type {() => void} */ work) => {
    if (held.length < MAX_HELD) held.push(work);
    if (watch) drain();
    else if (held.length === MAX_HELD) line._enter(drain);
  };

  const report = (/** @type {any} */ entry) => {
    const [name] = entry.name.split('#');
    if (name === watch._own) return;
    if (entry.entryType === 'navigation') {
      // There are two of these entries: one without an end while the document loads, and one when it has loaded.
      if (seen || !entry.responseEnd) return;
      seen = true;
    }
    const fields = NUMBERS.map((key) => entry[key] || '').concat(name);
    for (const key of TEXTS) fields.push(entry[key] || '');
    // For a request that a hook has seen, the engine got the name and the rules' answers at its start.
    const request = /^(fetch|xml)/.test(entry.initiatorType);
    const unhooked = request && entry.startTime < since;
    fields.push(request && !unhooked ? '\0' : watch._about(name));
    // The first metric of each name; no fields at all where the response has no Server-Timing.
    const metrics = entry.serverTiming || [];
    for (const key of metrics.length ? METRICS : []) {
      const metric = metrics.find((/** @type {any} */ one) => one.name.toLowerCase() === key);
      fields.push(metric ? metric.description : '');
    }
    note(WORD_ENTRY, fields.join('\0'), +unhooked, now());
  };

  const take = (/** @type {any[]} */ entries) => {
    for (const entry of entries) {
      try {
        report(entry);
      } catch (_) {
        // The page has changed a built-in object that this needs. The entry is lost.
      }
    }
    watch._advance();
  };

  // Gives up the bodies that nobody has begun to read within `limit` milliseconds: no entry will come for them.
  const check = (/** @type {number} */ limit) =>
    bodies.forEach((body, id) => {
      if (now() - body._at < limit) return;
      bodies.delete(id);
      const response = body._of.deref();
      // A body that is being read is still waited for. A garbage-collected response cannot be read any more.
      if (!response || !valueOf(bodyUsed, response, 'bodyUsed')) note(WORD_UNREAD, '', id);
    });

  // Takes the entries that the browser has not delivered yet. `hurry`: unread bodies are given up at once.
  const collect = (/** @type {boolean} */ hurry) => {
    if (hurry) check(0);
    drain();
    if (!observer) return;
    const entries = observer.takeRecords();
    if (!seen) entries.push.apply(entries, performance.getEntriesByType('navigation'));
    take(entries);
  };

  const tick = () => {
    ticking = false;
    check(UNREAD_MS);
    if (note(WORD_TICK, '', 0, now())) wait();
    watch._advance();
  };

  const wait = () => {
    if (!ticking) {
      ticking = true;
      setTimeout.call(scope, tick, UNREAD_MS);
    }
  };

  const onError = (/** @type {any} */ event) => {
    const { target } = event;
    const url = target && target !== scope && (target.currentSrc || target.src || target.href);
    if (url && typeof url === 'string') {
      hear(() => {
        note(WORD_FAILED, url.split('#')[0]);
        watch._advance();
      });
    }
  };
  listeners._on(scope, 'error', onError, true);

  try {
    observer = new PerformanceObserver((/** @type {any} */ list) => hear(() => take(list.getEntries())));
    for (const type of ['resource', 'navigation']) observer.observe({ type, buffered: !!since });
  } catch (_) {
    // There is no observer: events have no phases.
  }

  return {
    // The engine is ready. Reports that were held take a task of their own: a request may be waiting to leave right now.
    _begin(/** @type {Watch} */ known) {
      watch = known;
      setTimeout.call(scope, drain);
    },
    _drain: drain,
    _collect: collect,
    // A request has ended, but the body of its Response is not complete yet.
    _wait(/** @type {import('../core/line.js').End} */ { _id: id, _subject: subject }) {
      try {
        if (bodies.size >= MAX_BODIES) check(0);
        if (subject instanceof Response) bodies.set(id, { _at: now(), _of: new WeakRef(subject) });
      } catch (_) {
        // The page has replaced the response's class, or the browser has no WeakRef.
      }
      wait();
    },
    _stop() {
      if (observer) observer.disconnect();
      listeners._stop();
    },
  };
}
