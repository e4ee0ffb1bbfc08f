// XMLHttpRequest: four methods of its prototype are patched, instances are not. State lives in a WeakMap. `upload` is never
// touched, because a listener there forces a preflight. This file reads no response (core/evaluate.js does).

import { FAILURE_ABORT, FAILURE_NETWORK_ERROR, FAILURE_NONE, FAILURE_TIMEOUT, START_XHR } from '../core/door.js';
import { addHeader, eachHeader, pairsOf, traceHeader } from '../core/headers.js';
import { unzoned } from '../core/unzoned.js';
import { isObject, textOf } from './convert.js';
import { getterOf, hook, isQuiet, nativeOf } from './hook.js';
import { apply, create } from './natives.js';

/** @type {Record<string, number>} */
const FAILURES = { error: FAILURE_NETWORK_ERROR, timeout: FAILURE_TIMEOUT, abort: FAILURE_ABORT };

const OPENED = 1;
const DONE = 4;

// A header value that the native function surely accepts.
const sendable = (/** @type {unknown} */ value) => typeof value === 'string' && /^[\t -~]*$/.test(value);

/**
 * @typedef {import('../core/line.js').Numbered & StateOfXhr} State An XMLHttpRequest between `open` and its end. `_id` is 0
 *   unless a request is in flight; `_href` is empty if it has no valid URL.
 * @typedef {object} StateOfXhr
 * @property {boolean} _async
 * @property {Record<string, string>} _set The trace headers that the application has set, by their lower-case names.
 * @property {boolean} _sent
 * @property {string[] | null} _beneath Our headers, while the native `send` is on the stack.
 */

/**
 * @param {any} scope
 * @param {import('../core/line.js').Line} line
 */
export function patchXhr(scope, line) {
  const { XMLHttpRequest, EventTarget } = scope;
  if (!XMLHttpRequest) return [];
  const { prototype } = XMLHttpRequest;
  const addEventListener = unzoned(EventTarget.prototype, 'addEventListener');
  const [statusOf, urlOf, readyStateOf] = ['status', 'responseURL', 'readyState'].map((name) => getterOf(XMLHttpRequest, name));
  // A script has replaced the class, and its methods may do anything.
  if (!statusOf || !readyStateOf) return [null];
  const setRequestHeader = nativeOf(prototype, 'setRequestHeader');
  /** @type {WeakMap<any, State>} */
  const states = new WeakMap();
  // tracestate and baggage wait here until `send`, where the engine adds its own member: a second setRequestHeader would join the
  // values. XHR → lower-case name → [name, value].
  /** @type {Map<any, Record<string, [string, string]>>} */
  const waiting = new Map();

  const readyState = (/** @type {any} */ xhr) => {
    try {
      return apply(readyStateOf, xhr, []);
    } catch (_) {
      // This is no XMLHttpRequest; the native function throws.
    }
  };

  const release = (/** @type {any} */ xhr) => {
    const headers = waiting.get(xhr);
    waiting.delete(xhr);
    for (const name in headers) apply(setRequestHeader, xhr, headers[name]);
  };

  // Ends the request once, at the first sign of its end.
  const finish = (/** @type {any} */ xhr, /** @type {State} */ state, /** @type {number} */ failure) => {
    const { _id } = state;
    state._id = 0;
    if (!_id) return;
    const url = urlOf && apply(urlOf, xhr, []);
    line._end({
      _id,
      _status: failure ? 0 : apply(statusOf, xhr, []),
      _failure: failure,
      _redirected: url !== state._href && url,
      _subject: xhr,
    });
  };

  // One listener for all instances. If the application aborts in an earlier handler, `finishIfDone` has read the status, which is
  // 0 from then on (pitfall X6).
  const watch = (/** @type {any} */ event) => {
    try {
      const xhr = event.currentTarget;
      const state = states.get(xhr);
      // An event that the page dispatches itself finds the request unfinished.
      if (!state || !state._id || readyState(xhr) !== DONE) return;
      finish(xhr, state, (!apply(statusOf, xhr, []) && FAILURES[event.type]) || FAILURE_NONE);
    } catch (_) {
      // The request's event is lost.
    }
  };

  // The page's handler may run before ours, and call open() or abort() on a finished request. Its end is recorded first.
  const finishIfDone = (/** @type {any} */ xhr, /** @type {State | undefined} */ state) => {
    if (state && state._id && readyState(xhr) === DONE) finish(xhr, state, apply(statusOf, xhr, []) ? FAILURE_NONE : FAILURE_NETWORK_ERROR);
  };

  const begin = (/** @type {any} */ xhr, /** @type {State} */ state) => {
    const toSet = waiting.get(xhr) || {};
    state._own = pairsOf(state._set);
    const ours = line._start(state) || [];
    state._beneath = ours;
    try {
      eachHeader(ours, (name, value) => {
        apply(setRequestHeader, xhr, [name, value]);
        delete toSet[name];
      });
    } catch (_) {
      line._revoke(state._id);
    }
  };

  // Whether a header must not be set now, because it waits for `send` or comes from another agent.
  const hold = (/** @type {any} */ xhr, /** @type {any[]} */ args) => {
    const [header, value] = args;
    const name = line._on && args.length > 1 && traceHeader(header);
    const state = name && states.get(xhr);
    // Another agent's wrapper beneath our `send` sets the same header: the joined value would be invalid.
    if (state && state._beneath && state._beneath.includes(name)) return true;
    if (!state || state._sent || !sendable(value) || readyState(xhr) !== OPENED) return false;
    addHeader(state._set, name, value);
    if (name !== 'tracestate' && name !== 'baggage') return false;
    const headers = waiting.get(xhr) || create(null);
    headers[name] = [header, state._set[name]];
    waiting.set(xhr, headers);
    return true;
  };

  /** @type {import('./hook.js').Undo[]} */
  const undo = [
    hook(prototype, 'open', (native, self, args) => {
      // Not an XMLHttpRequest, or another window's, whose relative URLs mean something else.
      const known = line._on && !isQuiet() && args.length > 1 && self instanceof XMLHttpRequest && readyState(self) !== undefined;
      if (!known) return apply(native, self, args);
      // The number of arguments must stay: an explicit `undefined` for `async` would make the request synchronous.
      for (let i = 0; i < 2; i++) {
        if (isObject(args[i])) args[i] = textOf(args[i]);
        if (isObject(args[i])) return apply(native, self, args);
      }
      const before = states.get(self);
      const headersBefore = waiting.get(self);
      finishIfDone(self, before);
      waiting.delete(self);
      if (!before) {
        // Each request fires exactly one of these. `readystatechange` would come four times, each time with an event object.
        for (const type of ['load', 'error', 'timeout', 'abort']) apply(addEventListener, self, [type, watch]);
      }
      // Set before the call, because the page may send in the event that the native function fires.
      states.set(
        self,
        /** @type {State} */ ({
          _id: 0,
          _method: String(args[0]),
          _href: line._resolve(String(args[1])),
          _async: args.length < 3 || !!args[2],
          _own: '',
          _set: create(null),
          _flags: START_XHR,
          _sent: false,
          _beneath: null,
        })
      );
      let opened = false;
      try {
        const result = apply(native, self, args);
        opened = true;
        return result;
      } finally {
        if (!opened) {
          if (before) states.set(self, before);
          else states.delete(self);
          if (headersBefore) waiting.set(self, headersBefore);
        } else if (before) {
          // A request in flight ends without an event when its object is opened again.
          finish(self, before, FAILURE_ABORT);
        }
      }
    }),
    hook(prototype, 'setRequestHeader', (native, self, args) => {
      let held = false;
      try {
        held = hold(self, args);
      } catch (_) {
        // The header is set as it is.
      }
      if (!held) return apply(native, self, args);
    }),
    hook(prototype, 'send', (native, self, args) => {
      const state = states.get(self);
      if (!state || state._sent) return apply(native, self, args);
      try {
        if (line._on && state._href && !state._id && readyState(self) === OPENED) begin(self, state);
        release(self);
      } catch (_) {
        // The request leaves as it is.
      }
      state._sent = true;
      let returned = false;
      try {
        const result = apply(native, self, args);
        returned = true;
        return result;
      } finally {
        state._beneath = null;
        // If the body was refused, nothing was sent. The headers stay set, and the next `send` completes this request.
        if (!returned && readyState(self) === OPENED) state._sent = false;
        else if (!state._async) finish(self, state, returned ? FAILURE_NONE : FAILURE_NETWORK_ERROR);
      }
    }),
    hook(prototype, 'abort', (native, self, args) => {
      finishIfDone(self, states.get(self));
      return apply(native, self, args);
    }),
  ];
  // Sets the headers that still wait when the agent stops, because nobody else would.
  undo.push(() => {
    waiting.forEach((_, xhr) => {
      try {
        release(xhr);
      } catch (_) {
        // It was sent or opened again without our wrappers.
      }
    });
  });
  return undo;
}
