// XMLHttpRequest: three methods of its prototype, and nothing on the instances. State lives in a
// WeakMap, `upload` is never touched (a listener there forces a preflight), no response is ever read.

import { hook } from '../hook.js';

const NETWORK_ERROR = 1;
const TIMEOUT = 2;
const ABORT = 3;
const FAILURES = { error: NETWORK_ERROR, timeout: TIMEOUT, abort: ABORT };

export function patchXhr(scope, agent) {
  const { XMLHttpRequest, EventTarget } = scope;
  if (!XMLHttpRequest) return null;
  const { prototype } = XMLHttpRequest;
  const { apply } = Reflect;
  const { addEventListener } = EventTarget.prototype;
  const statusOf = Object.getOwnPropertyDescriptor(prototype, 'status').get;
  const readyStateOf = Object.getOwnPropertyDescriptor(prototype, 'readyState').get;
  const states = new WeakMap();
  const nativeSetHeader = prototype.setRequestHeader;

  // One event a send, whichever of its signs comes first.
  const finish = (xhr, state, failure) => {
    const { _id: id } = state;
    state._id = 0;
    if (id) agent._end(id, failure ? 0 : apply(statusOf, xhr, []), failure, '');
  };

  // Shared by all instances. The status is read at the first sign of the end: an application may
  // abort in its own handler, and the status is 0 from then on (pitfall X6).
  const watch = (event) => {
    const xhr = event.currentTarget;
    const state = states.get(xhr);
    if (!state || !state._id) return;
    try {
      const failure = FAILURES[event.type] || 0;
      if (failure) finish(xhr, state, failure);
      else if (apply(readyStateOf, xhr, []) === 4 && apply(statusOf, xhr, [])) finish(xhr, state, 0);
    } catch (_) {
      state._id = 0;
    }
  };

  const opened = (xhr, method, url, async) => {
    let state = states.get(xhr);
    if (!state) {
      states.set(xhr, (state = {}));
      for (const type of ['readystatechange', 'error', 'timeout', 'abort']) apply(addEventListener, xhr, [type, watch]);
    } else {
      // A request in flight ends without a sign when its object is opened again.
      finish(xhr, state, ABORT);
    }
    state._method = method;
    state._href = agent._resolve(url);
    state._async = async;
  };

  const begin = (xhr, state) => {
    const started = agent._start(state._href, state._method, '', true, false);
    state._id = started._id;
    const headers = started._headers || [];
    for (let i = 0; i < headers.length; i += 2) apply(nativeSetHeader, xhr, [headers[i], headers[i + 1]]);
  };

  const undo = [
    hook(prototype, 'open', (native) => {
      const wrapper = {
        open(method, url) {
          // Argument counts matter: an explicit `undefined` for async would make the request synchronous.
          const args = [].slice.call(arguments);
          if (agent._on && args.length > 1) {
            // Each is converted once, here; a conversion that throws, throws what it always threw.
            for (let i = 0; i < 2; i++) if (typeof args[i] !== 'string') args[i] = `${args[i]}`;
          }
          const result = apply(native, this, args);
          if (agent._on) {
            try {
              opened(this, args[0], args[1], args.length < 3 || !!args[2]);
            } catch (_) {
              states.delete(this);
            }
          }
          return result;
        },
      };
      return wrapper.open;
    }),
    hook(prototype, 'send', (native) => {
      const wrapper = {
        send() {
          const state = agent._on && states.get(this);
          if (!state) return apply(native, this, arguments);
          try {
            if (state._href && apply(readyStateOf, this, []) === 1 && !state._id) begin(this, state);
          } catch (_) {
            // The request goes out as it is.
          }
          let thrown = true;
          try {
            const result = apply(native, this, arguments);
            thrown = false;
            return result;
          } finally {
            try {
              if (thrown) finish(this, state, NETWORK_ERROR);
              else if (!state._async) finish(this, state, 0);
            } catch (_) {
              state._id = 0;
            }
          }
        },
      };
      return wrapper.send;
    }),
  ];
  return () => undo.forEach((restore) => restore && restore());
}
