// XMLHttpRequest: three methods of its prototype, and nothing on the instances. State lives in a
// WeakMap, `upload` is never touched (a listener there forces a preflight), no response is ever read.

import { getterOf, hook, isQuiet, nativeOf } from '../hook.js';
import { isObject, textOf } from '../core/convert.js';
import { note, pairsOf, traceHeader } from '../core/headers.js';

const NETWORK_ERROR = 1;
const TIMEOUT = 2;
const ABORT = 3;
const FAILURES = { error: NETWORK_ERROR, timeout: TIMEOUT, abort: ABORT };

const OPENED = 1;
const DONE = 4;

const { apply } = Reflect;
const { create } = Object;

// A value that the native function would send; anything else it refuses, or we do not know.
const sendable = (value) => typeof value === 'string' && /^[\t -~]*$/.test(value);

export function patchXhr(scope, agent) {
  const { XMLHttpRequest, EventTarget } = scope;
  if (!XMLHttpRequest) return [];
  const { prototype } = XMLHttpRequest;
  // zone.js runs change detection for each listener that it knows of.
  const target = EventTarget.prototype;
  const addEventListener = target.__zone_symbol__addEventListener || target.addEventListener;
  const [statusOf, urlOf, readyStateOf] = ['status', 'responseURL', 'readyState'].map((name) => getterOf(XMLHttpRequest, name));
  // A script's own class: what it does with what it is given, nobody knows.
  if (!statusOf || !readyStateOf) return [null];
  const setRequestHeader = nativeOf(prototype, 'setRequestHeader');
  const states = new WeakMap();
  // tracestate and baggage that wait for send: there the engine adds its member, and a second
  // setRequestHeader would join the values. XHR → lower-case name → [name, value].
  const held = new Map();

  const readyState = (xhr) => {
    try {
      return apply(readyStateOf, xhr, []);
    } catch (_) {
      // No XMLHttpRequest: the native function says so.
    }
  };

  const release = (xhr) => {
    const headers = held.get(xhr);
    held.delete(xhr);
    for (const name in headers) apply(setRequestHeader, xhr, headers[name]);
  };

  // One event a send, whichever of its signs comes first.
  const finish = (xhr, state, failure) => {
    const { _id: id } = state;
    state._id = 0;
    if (!id) return;
    const url = urlOf && apply(urlOf, xhr, []);
    agent._end(id, failure ? 0 : apply(statusOf, xhr, []), failure, '', url !== state._href.split('#')[0] && url, xhr);
  };

  // Shared by all instances. The status is read at the first sign of the end: an application may
  // abort in its own handler, and the status is 0 from then on (pitfall X6).
  const watch = (event) => {
    try {
      const xhr = event.currentTarget;
      const state = states.get(xhr);
      // An event that the page made up finds the request unfinished.
      if (!state || !state._id || readyState(xhr) !== DONE) return;
      const failure = FAILURES[event.type] || 0;
      if (failure || event.type === 'loadend' || apply(statusOf, xhr, [])) finish(xhr, state, failure);
    } catch (_) {
      // An event is lost.
    }
  };

  // The page's handler may come before ours, and open or abort there what is done.
  const settle = (xhr, state) => {
    if (state && state._id && readyState(xhr) === DONE) finish(xhr, state, apply(statusOf, xhr, []) ? 0 : NETWORK_ERROR);
  };

  const begin = (xhr, state) => {
    const waiting = held.get(xhr) || {};
    const started = agent._start(state._href, state._method, pairsOf(state._own), true, false);
    state._id = started._id;
    const ours = started._headers || [];
    state._beneath = ours;
    try {
      for (let i = 0; i < ours.length; i += 2) {
        apply(setRequestHeader, xhr, [ours[i], ours[i + 1]]);
        delete waiting[ours[i]];
      }
    } catch (_) {
      agent._revoke(state._id);
    }
  };

  // Whether a header is not to be set now: it waits for send, or is another agent's.
  const keep = (xhr, args) => {
    const [header, value] = args;
    const name = agent._on && args.length > 1 && traceHeader(header);
    const state = name && states.get(xhr);
    // Another agent's wrapper beneath our send: two values would be joined to one that nobody reads.
    if (state && state._beneath && state._beneath.includes(name)) return true;
    if (!state || state._sent || !sendable(value) || readyState(xhr) !== OPENED) return false;
    note(state._own, name, value);
    if (name !== 'tracestate' && name !== 'baggage') return false;
    const headers = held.get(xhr) || create(null);
    headers[name] = [header, state._own[name]];
    held.set(xhr, headers);
    return true;
  };

  const undo = [
    hook(prototype, 'open', (native, self, args) => {
      // No XMLHttpRequest, or another window's, whose URLs mean something else.
      const known = agent._on && !isQuiet() && args.length > 1 && self instanceof XMLHttpRequest && readyState(self) !== undefined;
      if (!known) return apply(native, self, args);
      // Argument counts matter: an explicit `undefined` for async would make the request synchronous.
      for (let i = 0; i < 2; i++) {
        if (isObject(args[i])) args[i] = textOf(args[i]);
        if (isObject(args[i])) return apply(native, self, args);
      }
      const before = states.get(self);
      const waiting = held.get(self);
      settle(self, before);
      held.delete(self);
      if (!before) {
        for (const type of ['readystatechange', 'loadend', 'error', 'timeout', 'abort']) apply(addEventListener, self, [type, watch]);
      }
      // Now, as the page may send in the event that the native function fires.
      states.set(self, {
        _id: 0,
        _method: String(args[0]),
        _href: agent._resolve(String(args[1])),
        _async: args.length < 3 || !!args[2],
        _own: create(null),
        _sent: false,
        _beneath: null,
      });
      let opened = false;
      try {
        const result = apply(native, self, args);
        opened = true;
        return result;
      } finally {
        if (!opened) {
          if (before) states.set(self, before);
          else states.delete(self);
          if (waiting) held.set(self, waiting);
        } else if (before) {
          // A request in flight ends without a sign when its object is opened again.
          finish(self, before, ABORT);
        }
      }
    }),
    hook(prototype, 'setRequestHeader', (native, self, args) => {
      let kept = false;
      try {
        kept = keep(self, args);
      } catch (_) {
        // It is set as it is.
      }
      if (!kept) return apply(native, self, args);
    }),
    hook(prototype, 'send', (native, self, args) => {
      const state = states.get(self);
      if (!state || state._sent) return apply(native, self, args);
      try {
        if (agent._on && state._href && !state._id && readyState(self) === OPENED) begin(self, state);
        release(self);
      } catch (_) {
        // The request goes out as it is.
      }
      state._sent = true;
      let returned = false;
      try {
        const result = apply(native, self, args);
        returned = true;
        return result;
      } finally {
        state._beneath = null;
        // Where the body was refused nothing left: the headers are set, and the next send is this event's.
        if (!returned && readyState(self) === OPENED) state._sent = false;
        else if (!state._async) finish(self, state, returned ? 0 : NETWORK_ERROR);
      }
    }),
    hook(prototype, 'abort', (native, self, args) => {
      settle(self, states.get(self));
      return apply(native, self, args);
    }),
  ];
  // What still waits when the agent goes, nobody else would set.
  undo.push(() => {
    held.forEach((_, xhr) => {
      try {
        release(xhr);
      } catch (_) {
        // It was sent, or opened again, past us.
      }
    });
  });
  return undo;
}
