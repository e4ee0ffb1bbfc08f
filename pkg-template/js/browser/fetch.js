// fetch. The agent's own work is inside a `try`, the page's call outside it. If the agent's work fails, the native function gets
// the page's arguments as they are. No body is read. A Request is copied only where it gets a header.

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
  // A polyfill has objects of its own, which it reads in its own way. The XMLHttpRequest that it sends is traced.
  if (!getterOf(Request, 'url') || (fetch && fetch.polyfill && !/native code/.test(fetch))) return;
  // The native promise's `then`, even if a script has replaced `Promise`.
  const then = unzoned(getPrototypeOf((async () => {})()), 'then');
  const { set } = Headers.prototype;
  const { prototype: urlPrototype } = URL;
  const { toString: urlText } = urlPrototype;
  const isAborted = getterOf(AbortSignal, 'aborted');
  /** @type {Record<string, import('./hook.js').Getter>} */
  const responseGetters = {};
  for (const name of ['status', 'statusText', 'redirected', 'url']) responseGetters[name] = getterOf(Response, name);
  /** @type {string[] | undefined} Found out when the first init comes: that takes a tenth of the start. */
  let members;
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

  // A URL object whose conversion to text runs no code of the page. It stays the first argument.
  const isUrl = (/** @type {any} */ value) =>
    getPrototypeOf(value) === urlPrototype &&
    value.toString === urlText &&
    value[Symbol.toPrimitive] === undefined &&
    !ownKeys(value).length;

  // Fills in `call`: the arguments to pass on, the request's number, the signal. It may return or throw at any point; what
  // `call` holds by then is valid.
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
      // The object's toString runs once, here: the native function gets the string.
      pass(0, (input = textOf(input)));
      if (isObject(input)) return;
    }
    if (init != null && typeof init !== 'object') return;
    /** @type {import('./init.js').ReadInit | null} */
    let copied = null;
    if (init != null) {
      copied = readInit(init, (members = members || membersOf(Request)));
      if (!copied._again) pass(1, copied._copy);
      if (copied._failed) return;
    }
    // A member on Object.prototype belongs to every init, for the native function too.
    const own = (/** @type {string} */ name) =>
      copied ? (name in copied._copy ? copied._copy : /** @type {any} */ (Object.prototype))[name] : undefined;
    const of = (/** @type {string} */ name) => {
      const value = own(name);
      return value === undefined && request && requestGetters[name] ? apply(requestGetters[name], input, []) : value;
    };
    const initHeaders = own('headers');
    if (initHeaders !== undefined && (typeof initHeaders !== 'object' || !initHeaders)) return;
    const headers = readHeaders(of('headers'), Headers.prototype);
    // Passes on a copy of the init with `value` as its headers. From here on the copy must have all members.
    const whole = (/** @type {any} */ value) => {
      if (!copied) copied = /** @type {import('./init.js').ReadInit} */ ({ _copy: noInit() });
      else if (copied._again) complete(copied, init, /** @type {string[]} */ (members));
      copied._copy.headers = value;
      pass(1, copied._copy);
    };
    if (!headers._again && initHeaders !== undefined) whole(headers._copy);
    if (headers._failed) return;
    const href = request ? apply(requestGetters.url, input, []) : line._resolve(url ? apply(urlText, input, []) : `${input}`);
    if (!href) return;
    const method = of('method');
    const mode = of('mode');
    // Neither mode takes our headers: `no-cors` drops them silently, and `navigate` is a navigation that a service worker
    // passes on.
    const bare = mode === 'no-cors' || mode === 'navigate';
    call._signal = of('signal');
    call._href = href;
    call._method = typeof method === 'string' ? method : '';
    call._own = pairsOf(headers._own);
    if (bare) call._flags = START_NO_CORS;
    const ours = line._start(call);
    if (!ours) return;
    try {
      // A copy of a Request keeps its headers, its referrer and everything else. Making the copy uses up the body; so an init
      // that the native function would refuse must throw before. `empty` stands for a body of the init's own.
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
      // The headers are not sent, so the event must not name ids that no server received.
      line._revoke(call._id);
    }
  };

  // Most calls have no signal, and catching the getter's exception would cost more than everything else here.
  const aborted = (/** @type {any} */ signal) => {
    try {
      return !!signal && apply(isAborted, signal, []);
    } catch (_) {
      return false;
    }
  };

  // The promise has settled. If the page has replaced fetch, the response or the error may be anything: reading it must not
  // change how the page's promise settles.
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
      // The event says what is known.
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
    // The agent's own sends and calls on another object pass through.
    if (line._on && !isQuiet() && args.length && (self == null || self === scope)) {
      try {
        prepare(call, args);
      } catch (_) {
        // If these arguments are wrong, the native function says so.
      }
    }
    const over = call._id && aborted(call._signal);
    const promise = apply(native, self, call._args);
    if (!call._id) return promise;
    if (over) {
      // The promise is already rejected. A derived promise would be rejected one microtask later.
      settled(call, null, null);
      return promise;
    }
    // The page gets a derived promise, which settles with the same response or error. If the page does not handle a rejection,
    // there is exactly one unhandledrejection event.
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
      // Another script's wrapper below ours returned a promise of its own kind, or something else.
      return promise && typeof promise.then === 'function' ? promise.then(...ends) : promise;
    }
  });
}
