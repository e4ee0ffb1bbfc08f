// The line of a request, in every host: a hook calls `_start`, the engine decides, the hook sets the headers; the hook
// calls `_end`, and the engine makes the event.
//
// In a page, the first request makes the engine. Where that takes time (asynchronous compilation, or a file of its own), the
// starts and ends of requests wait in `early` and then take the same line. Such a request has left without headers, and its
// event says so.
//
// Every call of the engine goes through the guard in this file: the first failure switches the agent off for good.

import { START_NOT_READY, WORD_ENTRY, WORD_HELD, WORD_NAMED, WORD_REDIRECTED, WORD_REVISED, WORD_REVOKED } from './door.js';
import * as door from './door.js';
import { evaluatorOf } from './evaluate.js';
import { traced } from './listener.js';

// At most this many starts wait for the engine: a page's first second or two.
const MAX_EARLY = 1000;

/**
 * @typedef {object} Start A request that is about to leave. The hook gives the first members, the line adds the others.
 * @property {string} _href Its absolute URL.
 * @property {string} _method As the application wrote it; empty where it named none.
 * @property {string} _own The trace headers that the application set itself (headers.js).
 * @property {number} [_flags] START_ numbers.
 * @property {string} [_route] In a mini-program, the page on show.
 * @property {number} [_instead] The number of the request that this one replaces: an interceptor has changed it on its way.
 * @property {boolean} [_unheard] `evaluateApi` is not asked about it: the application sends it by other means.
 * @property {number} [_id] Its number, which the line gives; 0 where the agent does not follow it.
 * @property {number} [_at] Its start by the monotonic clock, in milliseconds.
 * @property {number} [_date] The same since the epoch.
 */

/** @typedef {Start & Required<Pick<Start, '_id' | '_at' | '_date'>>} Numbered A request that the line follows. */

/**
 * @typedef {object} End A request that has ended.
 * @property {number} _id Its number.
 * @property {number} [_status] The HTTP status; 0, or nothing, where there was no answer.
 * @property {number} [_failure] A FAILURE_ number, if it failed.
 * @property {string} [_message] The status line's text, or the error's message.
 * @property {string} [_redirected] Where redirects led, if there were any.
 * @property {string} [_measured] What a mini-program's host has measured (miniapp/profile.js).
 * @property {any} [_subject] What `evaluateApi` judges: a Response, an XMLHttpRequest, or a host's result.
 * @property {any} [_error] The error that the application gets instead.
 * @property {number} [_at] When it ended, by the monotonic clock. The line adds it.
 */

/**
 * @typedef {object} Settings The part of the application's configuration that the line needs.
 * @property {(url: string) => string} _nameOf The application's name for a request; empty where it has none.
 * @property {(url: string) => string} _answersOn The answers of its rules for a URL (rules.js).
 * @property {(...told: any[]) => any} [_evaluate] Its `evaluateApi`.
 * @property {(bundle: any) => any} [_report] Its `beforeReport`.
 */

/**
 * @typedef {object} Surroundings What stands around the engine; the line gets it when the engine is ready.
 * @property {import('./pump.js').Pump} _pump
 * @property {(request: Start, id: number) => void} _before Is called before the engine is told of a request.
 * @property {(end: End) => void} _after Is called after the engine was told of its end.
 * @property {() => void} _advance Is called when an event may be ready to leave.
 */

/** @typedef {ReturnType<typeof lineOf>} Line */

/**
 * @param {any} scope The host's own functions.
 * @param {Settings} settings
 * @param {(text: string) => string} resolve The absolute form of what the application wrote; empty where it is no URL.
 * @param {(error: unknown) => void} failed Is called when the engine, or code that calls it, has thrown.
 * @param {() => void} [need] Makes the engine now, if that is possible synchronously.
 */
export function lineOf(scope, settings, resolve, failed, need) {
  const { performance, Date } = scope;
  const evaluator = evaluatorOf(scope, settings);
  const now = () => performance.now();
  const today = () => Date.now();
  let requests = 0;
  /** @type {(() => void)[] | null} Null once the engine is ready. */
  let early = [];
  /** @type {Surroundings} */
  let around;

  const begin = (/** @type {Start} */ request, /** @type {number} */ id, /** @type {number} */ late) => {
    around._before(request, id);
    // Both run the application's code, which may do anything, even stop the agent.
    const called = settings._nameOf(request._href);
    const answers = settings._answersOn(request._href);
    // Set only now: that code may have opened the same XMLHttpRequest again, which ends the request in flight.
    request._id = id;
    const numbered = /** @type {Numbered} */ (request);
    const headers = line._guarded(() => {
      const ours = door.start(numbered, answers, late);
      if (called) door.note(WORD_NAMED, called, id);
      return ours;
    });
    evaluator._start(numbered);
    if (__RUST__ && headers) traced(headers);
    return headers || null;
  };

  const finish = (/** @type {End} */ end) => {
    const { _id: id, _redirected: redirected, _measured: measured } = end;
    const judged = evaluator._end(end);
    line._guarded(() => {
      if (judged) door.note(WORD_HELD, '', id);
      if (__PAGES__ && redirected) door.note(WORD_REDIRECTED, redirected, id);
      if (measured) door.note(WORD_ENTRY, measured, id);
      door.end(end);
      around._pump._pump();
    });
    around._after(end);
    if (judged) {
      judged((said) => {
        line._note(WORD_REVISED, said, id, now());
        around._advance();
      });
    }
  };

  const line = {
    // Whether the agent runs. If not, nothing calls the engine.
    _on: true,
    // The monotonic clock, and the date; both in milliseconds.
    _now: now,
    _today: today,
    _resolve: resolve,

    // Runs `work`, which calls the engine. Returns nothing if the agent is off, or is switched off by a failure of `work`.
    _guarded: /** @type {<T>(work: () => T) => T | undefined} */ (
      (/** @type {() => any} */ work) => {
        if (!line._on) return;
        try {
          return work();
        } catch (error) {
          failed(error);
        }
      }
    ),

    /**
     * Tells the engine a word (door.js).
     * @param {number} word
     * @param {string} text
     * @param {number} [id]
     * @param {number} [at]
     */
    _note: (word, text, id, at) => line._guarded(() => door.note(word, text, id, at)),

    /**
     * Runs `work`, which needs the engine: now, or in its turn when the engine is ready.
     * @param {() => void} work
     */
    _enter(work) {
      if (__PAGES__ && early && need) need();
      if (!early) line._guarded(work);
      else if (early.length < MAX_EARLY) early.push(work);
    },

    /**
     * Returns the headers to set, as [name, value, …]; null where there are none. Each value is complete: it replaces the one
     * that the application has set.
     * @param {Start} request
     */
    _start(request) {
      let headers = null;
      // Before the clock is read, because the request leaves only after this.
      if (__PAGES__ && early && need) {
        need();
        if (!line._on) return headers;
      }
      request._href = request._href.split('#')[0];
      request._at = now();
      request._date = today();
      if (!early || early.length < MAX_EARLY) {
        // Counted before the rules are asked, because they may make requests themselves.
        const id = request._instead || ++requests;
        if (early) {
          // A copy: the hook may change its own before the engine is ready.
          const copy = Object.assign({}, request);
          early.push(() => begin(copy, id, START_NOT_READY));
        } else {
          headers = begin(request, id, 0);
        }
        request._id = line._on ? id : 0;
      }
      return headers;
    },

    // The headers could not be set: the request leaves without them, and its event says so.
    _revoke: (/** @type {number} */ id) => line._note(WORD_REVOKED, '', id),

    /** @param {End} end */
    _end(end) {
      end._at = now();
      // No bound of its own: each start has at most one end.
      if (early) early.push(() => finish(end));
      else finish(end);
    },

    /**
     * The engine is ready, and everything around it: what waited in `early` takes its turn.
     * @param {Surroundings} surroundings
     */
    _begin(surroundings) {
      around = surroundings;
      const works = early || [];
      early = null;
      works.forEach(line._guarded);
    },
  };
  return line;
}
