// fetch. Our own work is inside a try, the page's call outside it; whatever fails here, the page's
// arguments go to the native function as they came. Nothing is cloned, no body is read.

import { ask, getterOf, hook } from '../hook.js';
import { isObject, textOf } from '../core/convert.js';
import { pairsOf } from '../core/headers.js';
import { complete, membersOf, noInit, readHeaders, readInit, withOurs } from './init.js';

// Outcomes as the engine numbers them (src/host/exports.rs).
const NETWORK_ERROR = 1;
const TIMEOUT = 2;
const ABORT = 3;

const { apply, ownKeys } = Reflect;
const { getPrototypeOf } = Object;

export function patchFetch(scope, agent) {
  const { Request, Headers, URL, AbortSignal, Response, fetch } = scope;
  // A polyfill reads its own kind of objects in ways of its own, and its XMLHttpRequest is traced.
  if (!getterOf(Request, 'url') || (fetch && fetch.polyfill && !/native code/.test(fetch))) return;
  // The native promise's own, whatever `Promise` is by now; past zone.js, as what is ours must start no change detection.
  const promises = getPrototypeOf((async () => {})());
  const then = promises.__zone_symbol__then || promises.then;
  const { set } = Headers.prototype;
  const { prototype: urlPrototype } = URL;
  const { toString: urlText } = urlPrototype;
  const isAborted = getterOf(AbortSignal, 'aborted');
  const answered = {};
  for (const name of ['status', 'statusText', 'redirected', 'url']) answered[name] = getterOf(Response, name);
  const members = membersOf(Request);
  const read = {};
  for (const name of ['url', 'method', 'mode', 'headers', 'signal']) read[name] = getterOf(Request, name);

  const isRequest = (value) => {
    try {
      apply(read.url, value, []);
      return true;
    } catch (_) {
      return false;
    }
  };

  // A URL object that is turned into text by nobody's code; it stays the first argument.
  const isUrl = (value) =>
    getPrototypeOf(value) === urlPrototype &&
    value.toString === urlText &&
    value[Symbol.toPrimitive] === undefined &&
    !ownKeys(value).length;

  // Fills in the call: the arguments to pass on, the event's number, the signal. It may stop anywhere:
  // what stands in `call` by then is right.
  const prepare = (call, args) => {
    const pass = (i, value) => {
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
    let given = null;
    if (init != null) {
      given = readInit(init, members);
      if (!given._again) pass(1, given._copy);
      if (given._failed) return;
    }
    // What somebody put on Object.prototype is a member of every init, to the native function too.
    const own = (name) => (given ? (name in given._copy ? given._copy : Object.prototype)[name] : undefined);
    const of = (name) => {
      const value = own(name);
      return value === undefined && request && read[name] ? apply(read[name], input, []) : value;
    };
    const initHeaders = own('headers');
    if (initHeaders !== undefined && (typeof initHeaders !== 'object' || !initHeaders)) return;
    const headers = readHeaders(of('headers'), Headers.prototype);
    // Whatever is handed on from here on is the copy: all its members must be in it.
    const whole = (value) => {
      if (!given) given = { _copy: noInit() };
      else if (given._again) complete(given, init, members);
      given._copy.headers = value;
      pass(1, given._copy);
    };
    if (!headers._again && initHeaders !== undefined) whole(headers._copy);
    if (headers._failed) return;
    const href = request ? apply(read.url, input, []) : agent._resolve(url ? apply(urlText, input, []) : `${input}`);
    if (!href) return;
    const method = of('method');
    const mode = of('mode');
    // Neither takes a header: the first drops it silently, the second is a service worker's navigation.
    const unheard = mode === 'no-cors' || mode === 'navigate';
    call._signal = of('signal');
    const started = agent._start(href, typeof method === 'string' ? method : '', pairsOf(headers._own), false, unheard);
    call._id = started._id;
    const ours = started._headers;
    if (!ours) return;
    try {
      // A request's own headers, referrer and all else are kept best by a request. What the native function refuses
      // leaves the body unused: that throws here, in time. Another body than the request's is the browser's business.
      const empty = own('body') != null ? new Uint8Array() : undefined;
      const bodiless = /^(GET|HEAD)$/i;
      if (request && initHeaders === undefined && (empty || !bodiless.test(method) || bodiless.test(apply(read.method, input, [])))) {
        if (given && ownKeys(given._copy).length) {
          new Request(href, Object.assign(noInit(), given._copy, { method, body: empty, signal: null }));
        }
        const copy = new Request(input, empty && { __proto__: null, method, body: empty });
        const target = apply(read.headers, copy, []);
        for (let i = 0; i < ours.length; i += 2) apply(set, target, [ours[i], ours[i + 1]]);
        pass(0, copy);
      } else {
        whole(withOurs(headers, ours));
      }
    } catch (_) {
      // They do not go out: the event must not name ids that nobody received.
      agent._revoke(call._id);
    }
  };

  // Most calls have none, and a refusal caught costs more than all else here.
  const aborted = (signal) => {
    try {
      return !!signal && apply(isAborted, signal, []);
    } catch (_) {
      return false;
    }
  };

  // The request has ended. What the page threw or answered in the native function's stead may be
  // anything: reading it must not change how the page's promise settles.
  const settled = ({ _id: id, _signal: signal }, response, error) => {
    let failure = 0;
    let status = 0;
    let text;
    let redirected;
    try {
      if (response) {
        const says = (name) => ask(answered[name], response, name);
        status = +says('status');
        if (says('redirected')) redirected = `${says('url')}`;
        text = says('statusText');
      } else {
        failure = aborted(signal) ? ABORT : NETWORK_ERROR;
        const reason = (failure === ABORT && signal.reason) || error;
        if (reason.name === 'AbortError') failure = ABORT;
        if (reason.name === 'TimeoutError') failure = TIMEOUT;
        text = error.message;
      }
    } catch (_) {
      // It is reported with what is known.
    }
    agent._end(id, status, failure, typeof text === 'string' ? text : '', redirected, response, error);
  };

  return hook(scope, 'fetch', (native, self, args) => {
    const call = { _args: args, _id: 0, _signal: null };
    // Another window's fetch, or no window's: its own business.
    if (agent._on && args.length && (self == null || self === scope)) {
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
      settled(call);
      return promise;
    }
    // The page gets the derived promise: it settles with the very same response or error, and
    // where the page handles no rejection, its unhandledrejection event comes once, as it should.
    const ends = [
      (response) => {
        settled(call, response || {});
        return response;
      },
      (error) => {
        settled(call, null, error);
        throw error;
      },
    ];
    try {
      return apply(then, promise, ends);
    } catch (_) {
      // A wrapper below us answers with promises of its own making, or with something else.
      return promise && typeof promise.then === 'function' ? promise.then(...ends) : promise;
    }
  });
}
