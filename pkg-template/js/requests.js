// What the hooks call: the line of a request from its start to its end, each step a crossing into the engine. Until
// the engine is there requests go out as they are, and it hears of them afterwards.

import { resolverOf } from './browser/address.js';

// Flags of a start (src/host/exports.rs).
const XHR = 1;
const NO_CORS = 2;
const NOT_READY = 4;

// Words about a request (src/host/exports.rs).
const HELD = 64;
const NAMED = 65;
const REVOKED = 74;
const REDIRECTED = 75;

// Random bytes are fetched for this many requests at a time.
const ENTROPY_BYTES = 1024;
const ENTROPY_REQUESTS = 20;

// Most requests that are kept until the engine is there: a page's first second or two.
const MAX_WAITING = 1000;

// `parts`: what agent.js joins, all there once the engine is. `later`: it is not yet.
export function requestsOf(scope, parts, later) {
  const { performance, Date } = scope;
  // What has happened before there was an engine; nothing any more afterwards.
  let waiting = later && [];
  let requests = 0;

  const now = () => performance.now();

  const begin = (id, href, method, own, flags, at, date, late) => {
    const { _core: core, _memory: memory, _settings: settings } = parts;
    parts._session._request(Date.now());
    parts._view._request();
    const called = settings._nameOf(href);
    const text = href + '\0' + settings._ask(href) + '\0' + method + '\0' + own;
    const headers = parts._guarded(() => {
      if (id % ENTROPY_REQUESTS === 1) agent._feed();
      const length = core.start(memory._write(text), id, flags | late, at, date);
      const ours = length ? memory._read(length).split('\0') : null;
      if (called) core.note(memory._write(called), NAMED, id, 0);
      return ours;
    });
    parts._evaluator._start(id, href, method);
    return headers;
  };

  const finish = (id, status, failure, message, redirected, subject, error, at) => {
    const { _core: core, _memory: memory, _page: page } = parts;
    const word = parts._evaluator._end(id, subject, error);
    parts._guarded(() => {
      if (word) core.note(0, HELD, id, 0);
      if (redirected) core.note(memory._write(redirected), REDIRECTED, id, 0);
      core.end(memory._write(`${message || ''}`), id, status, failure, at);
      parts._pump._pump();
    });
    parts._timing._wait(id, subject);
    if (page) page._listen();
    if (word) {
      word((members, given) => {
        parts._enter(members, (length) => core.note(length, given, id, now()));
        parts._settled();
      });
    }
  };

  const agent = {
    _on: true,

    // The absolute form of what the page wrote; empty where it is no URL.
    _resolve: resolverOf(scope),

    // A request is about to leave: its number, and the headers to set as [name, value, …], if any. One
    // of the application's own has its whole new value there.
    // `own`: the trace headers that the application set itself, `name NUL value` pairs joined by NUL, names
    // in lower case.
    _start(href, method, own, xhr, noCors) {
      const request = [href.split('#')[0], method, own, (xhr ? XHR : 0) | (noCors ? NO_CORS : 0), now(), Date.now()];
      const id = requests + 1;
      if (waiting && !agent._later(() => begin(id, ...request, NOT_READY))) return { _id: 0 };
      requests = id;
      const headers = waiting ? null : begin(id, ...request, 0);
      return { _id: agent._on ? id : 0, _headers: headers };
    },

    // The headers could not be set: the request leaves without them, and its event says so.
    _revoke(id) {
      parts._guarded(() => parts._core.note(0, REVOKED, id, 0));
    },

    // A request has ended. `subject`: the Response or the XMLHttpRequest, which is held weakly, if at all.
    // `redirected`: where redirects led, if there were any.
    _end(id, status, failure, message, redirected, subject, error) {
      const at = now();
      const end = () => finish(id, status, failure, message, redirected, subject, error, at);
      // At most one for each start that was kept.
      if (waiting) waiting.push(end);
      else end();
    },

    // Keeps `work` until the engine is there; false where that is too much.
    _later: (work) => waiting.length < MAX_WAITING && waiting.push(work),

    // Whether the engine is still to come.
    _waits: () => !!waiting,

    // The engine is there, and hears what has happened.
    _replay() {
      const before = waiting;
      waiting = null;
      if (agent._on) before.forEach((work) => work());
    },

    // Gives the engine fresh randomness.
    _feed() {
      const { crypto } = scope;
      const room = parts._memory._room(ENTROPY_BYTES);
      crypto.getRandomValues(room);
      parts._core.entropy(ENTROPY_BYTES);
    },
  };
  return agent;
}
