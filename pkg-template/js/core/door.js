// The door to the engine: the only file that calls its exports, and the only one with its numbers. What each means stands
// in src/door.rs; tests/rules/door.rs compares the two.
//
// A page has one engine at a time. An agent that starts after stop() brings its own engine; the stopped one makes no more
// calls here (line.js).

import { memoryOf } from './memory.js';

// What a host tells the engine about a request, or about the page.
export const WORD_HELD = 64;
export const WORD_NAMED = 65;
export const WORD_UNREAD = 66;
export const WORD_ENTRY = 67;
export const WORD_FAILED = 68;
export const WORD_TICK = 69;
export const WORD_USER = 70;
export const WORD_VIEW = 71;
export const WORD_SESSION = 72;
export const WORD_ACTIVE = 73;
export const WORD_REVOKED = 74;
export const WORD_REDIRECTED = 75;
export const WORD_CONTEXT = 76;
export const WORD_EVENT = 77;
export const WORD_NETWORK = 78;
export const WORD_REVISED = 79;

// What has happened to the page or the application.
export const SIGNAL_TIMER = 0;
export const SIGNAL_FLUSH = 1;
export const SIGNAL_HIDDEN = 2;
export const SIGNAL_LEAVING = 3;
export const SIGNAL_SHOWN = 4;
export const SIGNAL_RESTORED = 5;
export const SIGNAL_ONLINE = 6;
export const SIGNAL_FROZEN = 7;
export const SIGNAL_OFFLINE = 8;

// What the engine wants done.
export const ACTION_STORE = 1;
export const ACTION_SEND = 2;
export const ACTION_SEND_EXIT = 4;
export const ACTION_FORGET = 5;
export const ACTION_ADOPT = 6;
export const ACTION_ARM = 7;
export const ACTION_WARN = 8;
export const ACTION_DEBUG = 9;

// `poll` returns one number: the action's code in the low bits, the batch or the milliseconds above them.
export const ACTION_BITS = 4;
const ACTION_CODE = (1 << ACTION_BITS) - 1;

// How a request failed.
export const FAILURE_NONE = 0;
export const FAILURE_NETWORK_ERROR = 1;
export const FAILURE_TIMEOUT = 2;
export const FAILURE_ABORT = 3;
export const FAILURE_UNKNOWN = 4;

// Flags of a request's start. A mini-program adds the number of the function that was called, times KIND.
export const START_XHR = 1;
export const START_NO_CORS = 2;
export const START_NOT_READY = 4;
export const KIND = 16;

// What became of a batch that has no HTTP status.
export const ANSWER_TAKEN = 1;
export const ANSWER_NOT_TAKEN = 2;
export const ANSWER_GONE = 3;

/**
 * @typedef {object} Exports The engine's exports: a WebAssembly instance's, or the JavaScript core's.
 * @property {{ buffer: ArrayBuffer }} memory
 * @property {(length: number) => number} input Makes room for so many bytes, and gives their address.
 * @property {() => number} output The address of the text that the last call left.
 * @property {() => number} output_len Its length in bytes.
 * @property {(length: number) => void} entropy
 * @property {(length: number, origin: number) => number} configure
 * @property {(length: number, id: number, flags: number, at: number, date: number) => number} start
 * @property {(length: number, id: number, status: number, failure: number, at: number) => void} end
 * @property {(length: number, word: number, id: number, at: number) => number} note
 * @property {(what: number, at: number) => void} signal
 * @property {(batch: number, status: number, retryAfter: number, rejected: number, at: number) => void} sent
 * @property {(bytes: number, events: number, age: number, probation: boolean) => number} adopt
 * @property {(at: number) => number} poll
 */

/**
 * @typedef {object} Answer What became of a batch.
 * @property {number} _status The HTTP status, 0 where there was no answer, or an ANSWER_ number.
 * @property {number} [_retryAfter] In milliseconds, if the endpoint named a time.
 * @property {number} [_rejected] How many of its events the endpoint rejected.
 */

/**
 * @typedef {object} Configured What the engine made of the configuration.
 * @property {string} _endpoint Empty where the agent stays off.
 * @property {string} _traced `1` where requests may be traced at all, otherwise empty.
 * @property {string} _otlp `1` where the endpoint speaks OTLP.
 * @property {string} _gzip `1` where the endpoint is known to take gzip.
 * @property {string} _pid
 * @property {string} _storage The number of `sessionConfig.storage`.
 * @property {string} _remote `1` where the endpoint is asked for settings.
 * @property {string} _remoteUrl Where, if the page says so.
 */

/** @type {Exports} */
let core;
/** @type {ReturnType<typeof memoryOf>} */
let memory;

// From now on all calls go to this engine.
export function open(/** @type {Exports} */ exports) {
  core = exports;
  memory = memoryOf(core);
}

/**
 * Gives the engine random bytes for ids. `fill` writes them into the buffer that it is given.
 * @param {number} length
 * @param {(bytes: Uint8Array) => void} fill
 */
export function feed(length, fill) {
  fill(memory._room(length));
  core.entropy(length);
}

/**
 * Gives the engine a text to derive ids from, for hosts without random bytes. No byte of the text appears in an id.
 * @param {string} text
 */
export function seed(text) {
  core.entropy(memory._write(text));
  core.entropy(0);
}

/**
 * @param {string} text
 * @param {number} origin The zero of the clock that every `at` is read from, in milliseconds since the epoch.
 * @returns {Configured}
 */
export function configure(text, origin) {
  const [_endpoint, _traced, _otlp, _gzip, _pid, _storage, _remote, _remoteUrl] = memory
    ._read(core.configure(memory._write(text), origin))
    .split('\0');
  return { _endpoint, _traced, _otlp, _gzip, _pid, _storage, _remote, _remoteUrl };
}

/**
 * The headers of a request that is about to leave, as [name, value, …]; null where it gets none.
 * @param {import('./line.js').Numbered} request
 * @param {string} answers What the page's rules say about its URL.
 * @param {number} late START_NOT_READY if the request has already left, otherwise 0.
 */
export function start(request, answers, late) {
  const text = request._href + '\0' + answers + '\0' + request._method + '\0' + request._own;
  const length = core.start(memory._write(text), request._id, /** @type {number} */ (request._flags) | late, request._at, request._date);
  return length ? memory._read(length).split('\0') : null;
}

// WebAssembly reads a missing number as 0.
export function end(/** @type {import('./line.js').End} */ end) {
  const known = /** @type {Required<import('./line.js').End>} */ (end);
  core.end(memory._write(known._message || ''), known._id, known._status, known._failure, known._at);
}

/**
 * Tells the engine a word about a request or the page. src/door.rs says for each word what `text`, `id` and `at` mean, and
 * what is returned.
 * @param {number} word A WORD_ number.
 * @param {string} text
 * @param {number} [id]
 * @param {number} [at]
 */
export const note = (word, text, id, at) => core.note(memory._write(text), word, /** @type {number} */ (id), /** @type {number} */ (at));

// The text that the last `note` returned.
export const said = () => memory._read(core.output_len());

/**
 * @param {number} what A SIGNAL_ number.
 * @param {number} at
 */
export const signal = (what, at) => core.signal(what, at);

/**
 * @param {number} batch
 * @param {Answer} answer
 * @param {number} at
 */
export const sent = (batch, answer, at) => core.sent(batch, answer._status, answer._retryAfter || 0, answer._rejected || 0, at);

/**
 * Takes over a batch of a page that is gone. Returns the batch's number in this page; 0 where there is no room.
 * @param {number} bytes
 * @param {number} events
 * @param {number} age In milliseconds.
 * @param {boolean} probation Whether its page handed it to the browser and saw no answer.
 */
export const adopt = (bytes, events, age, probation) => core.adopt(bytes, events, age, probation);

/**
 * The next action: its ACTION_ code, its batch or milliseconds, and its text. 0 where there is nothing to do.
 * @param {number} at
 */
export function poll(at) {
  const action = core.poll(at);
  const length = action && core.output_len();
  return action && { _code: action & ACTION_CODE, _number: action >>> ACTION_BITS, _text: length ? memory._read(length) : '' };
}
