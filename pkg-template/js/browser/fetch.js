// fetch: the only file that knows Request, Headers and init. Our own work is inside a try, the
// page's call outside it; whatever fails here, the page's arguments go to the native function as they came.

import { hook } from '../hook.js';

// Outcomes as the engine numbers them (src/host/exports.rs).
const NETWORK_ERROR = 1;
const TIMEOUT = 2;
const ABORT = 3;

// RequestInit's members, in the order in which the native function reads them (Fetch Standard, WebIDL).
const MEMBERS =
  'attributionReporting body browsingTopics cache credentials duplex headers integrity keepalive method mode priority privateToken redirect referrer referrerPolicy signal targetAddressSpace window'.split(
    ' '
  );

const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;

export function patchFetch(scope, agent) {
  const { Request, Headers, Promise } = scope;
  const { apply } = Reflect;
  const { then } = Promise.prototype;
  const read = {};
  for (const name of ['url', 'method', 'mode', 'headers', 'signal']) read[name] = getter(Request.prototype, name);

  const isRequest = (value) => {
    try {
      apply(read.url, value, []);
      return true;
    } catch (_) {
      return false;
    }
  };

  // The value of a plain data property; `undefined` where there is none. Anything that would run the
  // page's code gives NaN instead: such an init is read once, member by member, and passed on as the copy.
  const peek = (init, name) => {
    for (let at = init; at; at = Object.getPrototypeOf(at)) {
      const own = Object.getOwnPropertyDescriptor(at, name);
      if (own) return 'value' in own ? own.value : NaN;
    }
  };

  const copyOf = (init) => {
    // Members that only wrappers below us know are inherited, unread.
    const copy = Object.create(init);
    for (const name of MEMBERS) Object.defineProperty(copy, name, { value: init[name], writable: true, configurable: true });
    return copy;
  };

  const set = (headers, ours) => {
    for (let i = 0; i < ours.length; i += 2) headers.set(ours[i], ours[i + 1]);
    return headers;
  };

  // The arguments to pass on and what to watch; `undefined` where the call is none of our business.
  const prepare = (args) => {
    const call = { _args: args, _id: 0, _signal: null };
    let [input, init] = args;
    const request = typeof input === 'object' && isRequest(input);
    if (init != null && typeof init !== 'object') return;
    if (!request && typeof input !== 'string') {
      // An object's toString runs once: the native function gets the string.
      input = `${input}`;
      call._args = [input].concat([].slice.call(args, 1));
    }
    const href = request ? apply(read.url, input, []) : agent._resolve(input);
    if (!href) return call;
    let from = init == null ? null : init;
    const peeked = from && ['method', 'mode', 'signal', 'headers'].map((name) => peek(from, name));
    if (peeked && peeked.some((value) => value !== value)) {
      from = copyOf(from);
      call._args = [input, from];
    }
    const of = (name) => {
      const value = from ? from[name] : undefined;
      return value === undefined && request ? apply(read[name], input, []) : value;
    };
    const method = of('method');
    call._signal = of('signal');
    const started = agent._start(href, typeof method === 'string' ? method : '', '', false, of('mode') === 'no-cors');
    call._id = started._id;
    if (!started._headers) return call;

    if (request && !from) {
      // An empty init keeps the request's referrer; one with headers would reset it (Fetch, Request constructor).
      const copy = new Request(input);
      set(copy.headers, started._headers);
      call._args = [copy];
    } else {
      const headers = set(new Headers(of('headers')), started._headers);
      const copy = from && from !== init ? from : from ? copyOf(from) : Object.create(null);
      copy.headers = headers;
      call._args = [input, copy];
    }
    return call;
  };

  const failure = (error, signal) => {
    const reason = signal && signal.aborted ? signal.reason || error : error;
    const name = reason && reason.name;
    if (name === 'TimeoutError') return TIMEOUT;
    return name === 'AbortError' || (signal && signal.aborted) ? ABORT : NETWORK_ERROR;
  };

  return hook(scope, 'fetch', (native) => {
    // A method: no `prototype`, not a constructor, `length` 1 and `name` "fetch", as the native one.
    const wrapper = {
      fetch(_input) {
        let call;
        if (agent._on && arguments.length) {
          try {
            call = prepare(arguments);
          } catch (_) {
            // The native function says what is wrong with these arguments, if anything is.
          }
        }
        const promise = apply(native, this, call ? call._args : arguments);
        if (!call || !call._id) return promise;
        const { _id: id, _signal: signal } = call;
        try {
          // The page gets the derived promise: it settles with the very same response or error, and
          // where the page handles no rejection, its unhandledrejection event comes once, as it should.
          return apply(then, promise, [
            (response) => {
              agent._end(id, response && response.status, 0, response && response.statusText);
              return response;
            },
            (error) => {
              agent._end(id, 0, failure(error, signal), error && error.message);
              throw error;
            },
          ]);
        } catch (_) {
          return promise;
        }
      },
    };
    return wrapper.fetch;
  });
}
