// fetch. Our own work is inside a try, the page's call outside it; whatever fails here, the page's
// arguments go to the native function as they came. Nothing is cloned, no body is read.

import { FAILURE_ABORT, FAILURE_NETWORK_ERROR, FAILURE_NONE, FAILURE_TIMEOUT, START_NO_CORS } from '../core/door.js';
import { eachHeader, pairsOf } from '../core/headers.js';
import { unzoned } from '../core/unzoned.js';
import { isObject, textOf } from './convert.js';
import { getterOf, hook, isQuiet, valueOf } from './hook.js';
import { complete, membersOf, noInit, readHeaders, readInit, withOurs } from './init.js';
import { apply, getPrototypeOf, ownKeys } from './natives.js';

/**
 * @typedef {import('../core/line.js').Numbered & CallOfFetch} Call
 * @typedef {object} CallOfFetch
 * @property {any[]} _args What is passed to the native function.
 * @property {any} _signal
 */

/**
 * @param {any} scope
 * @param {import('../core/line.js').Line} line
 */
export function patchFetch(scope, line) {
  const { Request, Headers, URL, AbortSignal, Response, fetch } = scope;
  // A polyfill reads its own kind of objects in ways of its own, and its XMLHttpRequest is traced.
  if (!getterOf(Request, 'url') || (fetch && fetch.polyfill && !/native code/.test(fetch))) return;
  // The native promise's own, whatever `Promise` is by now.
  const then = unzoned(getPrototypeOf((async () => {})()), 'then');
  const { set } = Headers.prototype;
  const { prototype: urlPrototype } = URL;
  const { toString: urlText } = urlPrototype;
  const isAborted = getterOf(AbortSignal, 'aborted');
  /** @type {Record<string, import('./hook.js').Getter>} */
  const responseGetters = {};
  for (const name of ['status', 'statusText', 'redirected', 'url']) responseGetters[name] = getterOf(Response, name);
  const members = membersOf(Request);
  /** @type {Record<string, import('./hook.js').Getter>} */
  const requestGetters = {};
  for (const name of ['url', 'method', 'mode', 'headers', 'signal']) requestGetters[name] = getterOf(Request, name);

  const isRequest = (/** @type {any} */ value) => {
    try {
      apply(requestGetters.url, value, []);
      return true;
    } catch (_) {
      return false;
    }
  };

  // A URL object that is turned into text by nobody's code; it stays the first argument.
  const isUrl = (/** @type {any} */ value) =>
    getPrototypeOf(value) === urlPrototype &&
    value.toString === urlText &&
    value[Symbol.toPrimitive] === undefined &&
    !ownKeys(value).length;

  // Fills in the call: the arguments to pass on, the event's number, the signal. It may stop anywhere:
  // what stands in `call` by then is right.
  const prepare = (/** @type {Call} */ call, /** @type {any[]} */ args) => {
    const pass = (/** @type {number} */ i, /** @type {any} */ value) => {
      if (call._args === args) call._args = args.slice();
      call._args[i] = value;
    };
    let input = args[0];
    const init = args[1];
    const object = isObject(input);
    const url = object && isUrl(input);
    const request = object && !url && isRequest(input);
    if (object && !url && !request) {
      // An object's toString runs once: the native function gets the string.
      pass(0, (input = textOf(input)));
      if (isObject(input)) return;
    }
    if (init != null && typeof init !== 'object') return;
    /** @type {import('./init.js').ReadInit | null} */
    let copied = null;
    if (init != null) {
      copied = readInit(init, members);
      if (!copied._again) pass(1, copied._copy);
      if (copied._failed) return;
    }
    // What somebody put on Object.prototype is a member of every init, to the native function too.
    const own = (/** @type {string} */ name) =>
      copied ? (name in copied._copy ? copied._copy : /** @type {any} */ (Object.prototype))[name] : undefined;
    const of = (/** @type {string} */ name) => {
      const value = own(name);
      return value === undefined && request && requestGetters[name] ? apply(requestGetters[name], input, []) : value;
    };
    const initHeaders = own('headers');
    if (initHeaders !== undefined && (typeof initHeaders !== 'object' || !initHeaders)) return;
    const headers = readHeaders(of('headers'), Headers.prototype);
    // Whatever is handed on from here on is the copy: all its members must be in it.
    const whole = (/** @type {any} */ value) => {
      if (!copied) copied = /** @type {import('./init.js').ReadInit} */ ({ _copy: noInit() });
      else if (copied._again) complete(copied, init, members);
      copied._copy.headers = value;
      pass(1, copied._copy);
    };
    if (!headers._again && initHeaders !== undefined) whole(headers._copy);
    if (headers._failed) return;
    const href = request ? apply(requestGetters.url, input, []) : line._resolve(url ? apply(urlText, input, []) : `${input}`);
    if (!href) return;
    const method = of('method');
    const mode = of('mode');
    // Neither takes a header: the first drops it silently, the second is a service worker's navigation.
    const unheard = mode === 'no-cors' || mode === 'navigate';
    call._signal = of('signal');
    call._href = href;
    call._method = typeof method === 'string' ? method : '';
    call._own = pairsOf(headers._own);
    if (unheard) call._flags = START_NO_CORS;
    const ours = line._start(call);
    if (!ours) return;
    try {
      // A request's own headers, referrer and all else are kept best by a request. What the native function refuses
      // leaves the body unused: that throws here, in time. Another body than the request's is the browser's business.
      const empty = own('body') != null ? new Uint8Array() : undefined;
      const bodiless = /^(GET|HEAD)$/i;
      if (
        request &&
        initHeaders === undefined &&
        (empty || !bodiless.test(method) || bodiless.test(apply(requestGetters.method, input, [])))
      ) {
        if (copied && ownKeys(copied._copy).length) {
          new Request(href, Object.assign(noInit(), copied._copy, { method, body: empty, signal: null }));
        }
        const copy = new Request(input, empty && { __proto__: null, method, body: empty });
        const target = apply(requestGetters.headers, copy, []);
        eachHeader(ours, (...header) => apply(set, target, header));
        pass(0, copy);
      } else {
        whole(withOurs(headers, ours));
      }
    } catch (_) {
      // They do not go out: the event must not name ids that nobody received.
      line._revoke(call._id);
    }
  };

  // Most calls have none, and a refusal caught costs more than all else here.
  const aborted = (/** @type {any} */ signal) => {
    try {
      return !!signal && apply(isAborted, signal, []);
    } catch (_) {
      return false;
    }
  };

  // The request has ended. What the page threw or answered in the native function's stead may be
  // anything: reading it must not change how the page's promise settles.
  const settled = (/** @type {Call} */ { _id, _signal: signal }, /** @type {any} */ response, /** @type {any} */ error) => {
    let failure = FAILURE_NONE;
    let status = 0;
    let text;
    let redirected;
    try {
      if (response) {
        const says = (/** @type {string} */ name) => valueOf(responseGetters[name], response, name);
        status = +says('status');
        if (says('redirected')) redirected = `${says('url')}`;
        text = says('statusText');
      } else {
        failure = aborted(signal) ? FAILURE_ABORT : FAILURE_NETWORK_ERROR;
        const reason = (failure === FAILURE_ABORT && signal.reason) || error;
        if (reason.name === 'AbortError') failure = FAILURE_ABORT;
        if (reason.name === 'TimeoutError') failure = FAILURE_TIMEOUT;
        text = error.message;
      }
    } catch (_) {
      // It is reported with what is known.
    }
    line._end({
      _id,
      _status: status,
      _failure: failure,
      _message: typeof text === 'string' ? text : '',
      _redirected: redirected,
      _subject: response,
      _error: error,
    });
  };

  return hook(scope, 'fetch', (native, self, args) => {
    // `prepare` fills in the rest.
    const call = /** @type {Call} */ ({ _args: args });
    // The agent's own sends pass, and so do calls on another object.
    if (line._on && !isQuiet() && args.length && (self == null || self === scope)) {
      try {
        prepare(call, args);
      } catch (_) {
        // The native function says what is wrong with these arguments, if anything is.
      }
    }
    const over = call._id && aborted(call._signal);
    const promise = apply(native, self, call._args);
    if (!call._id) return promise;
    if (over) {
      // Rejected by now: a derived promise would be a microtask late.
      settled(call, null, null);
      return promise;
    }
    // The page gets the derived promise: it settles with the very same response or error, and
    // where the page handles no rejection, its unhandledrejection event comes once, as it should.
    const ends = [
      (/** @type {any} */ response) => {
        settled(call, response || {}, null);
        return response;
      },
      (/** @type {unknown} */ error) => {
        settled(call, null, error);
        throw error;
      },
    ];
    try {
      return apply(then, promise, ends);
    } catch (_) {
      // A wrapper below ours answers with promises of its own making, or with something else.
      return promise && typeof promise.then === 'function' ? promise.then(...ends) : promise;
    }
  });
}
