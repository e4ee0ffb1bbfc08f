// The host's request functions. Our own work is inside a try, the host's call outside it; what it returns is handed on as
// it is, be it a task, a promise, both or nothing. The application's options stay as they are: the host gets a copy.

import { KIND } from '../core/door.js';
import { addHeader, pairsOf, traceHeader } from '../core/headers.js';
import { failureOf, messageOf, statusOf } from './outcome.js';
import { routeOf } from './page.js';
import { entryOf } from './profile.js';

const isFunction = (value) => typeof value === 'function';
const METHODS = ['', '', 'POST', ''];

/**
 * @typedef {import('../core/line.js').Start & CallOfHost} Call
 * @typedef {object} CallOfHost
 * @property {any} _options What the host gets instead of the application's.
 * @property {string} _url As the application wrote it.
 * @property {boolean} _heard Our callbacks are among the options.
 */

/**
 * Returns `trace(native, kind)`, which gives the wrapper of a function. `kind`: its number in the engine.
 * @param {import('./hosts.js').Host} host
 * @param {import('../core/line.js').Line} line
 */
export function tracerOf(host, line) {
  // The URL of the call that the host is at: one of its functions may be made of another, and an SDK's wrapper of ours.
  let inside = '';

  const entering = (url, work) => {
    const before = inside;
    inside = url;
    try {
      return work();
    } finally {
      inside = before;
    }
  };

  // The request has ended. Once, whichever of its signs comes first.
  const finish = (call, failed, result) => {
    const { _id: id } = call;
    call._id = 0;
    if (!id) return;
    try {
      const known = result && typeof result === 'object' ? result : { message: result };
      const status = statusOf(known);
      const failure = failureOf(known, failed);
      line._end({
        _id: id,
        _status: status,
        _failure: failure,
        _message: failed ? messageOf(known) : '',
        _measured: entryOf(known, status, line._now() - call._at),
        _subject: failed ? null : { clone: () => result },
        _error: failed ? result : undefined,
      });
    } catch (_) {
      // An event is lost.
    }
  };

  const listen = (call, options, name) => {
    const copy = call._options;
    const theirs = copy[name];
    const ours = function (result) {
      // `complete` alone does not say how it was.
      const failed = name === 'fail' || (name === 'complete' && !statusOf(result || {}) && !/:ok/.test((result || {}).errMsg));
      finish(call, failed, result);
      if (!isFunction(theirs)) return;
      const self = this === copy ? options : this;
      const args = arguments;
      return entering('', () => theirs.apply(self, args));
    };
    ours._isOurs = true;
    copy[name] = ours;
  };

  // What goes to the host instead of `options`; nothing where it is not ours to touch.
  const prepare = (options, kind) => {
    const copy = {};
    for (const key in options) copy[key] = options[key];
    const { url } = copy;
    // A wrapper around us, or a function that the host made of this one, has it already.
    if (typeof url !== 'string' || url === inside || (copy.success || {})._isOurs || (copy.fail || {})._isOurs) return;
    const href = line._resolve(url);
    if (!href) return;
    // Alipay's newer versions read `header` too: what stands there alone goes along, and stays where it is.
    const key = host._appx ? 'headers' : 'header';
    const given = host._appx && copy.headers == null ? copy.header : copy[key];
    const headers = {};
    const own = {};
    if (given && typeof given === 'object') {
      for (const name in given) {
        headers[name] = given[name];
        const lower = given[name] != null && traceHeader(name);
        if (lower) addHeader(own, lower, given[name]);
      }
    }
    const { method } = copy;
    /** @type {Call} */
    const call = {
      _href: href,
      _method: METHODS[kind] || (typeof method === 'string' ? method : ''),
      _own: pairsOf(own),
      _flags: kind * KIND,
      _route: routeOf(),
      _options: copy,
      _url: url,
      _heard: true,
    };
    const ours = line._start(call);
    if (!call._id) return;
    if (ours && given != null && typeof given !== 'object') line._revoke(call._id);
    else if (ours) {
      for (let i = 0; i < ours.length; i += 2) {
        for (const name in headers) if (traceHeader(name) === ours[i].toLowerCase()) delete headers[name];
        headers[ours[i]] = ours[i + 1];
      }
      copy[key] = headers;
    }
    // Where nobody listens, a callback of ours may turn the host's promise off.
    if (host._promises && !isFunction(copy.success) && !isFunction(copy.fail) && !isFunction(copy.complete)) call._heard = false;
    else {
      listen(call, options, 'success');
      listen(call, options, 'fail');
      if (isFunction(copy.complete)) listen(call, options, 'complete');
    }
    return call;
  };

  // The end of a call without callbacks.
  const watch = (call, result) => {
    if (result && isFunction(result.then)) {
      result.then(
        (answer) => finish(call, false, answer),
        (error) => finish(call, true, error)
      );
    } else {
      // No promises here: from now on ours is the only callback. How this one ends, nobody will know.
      host._promises = false;
      line._end({ _id: call._id, _subject: { clone: () => undefined } });
    }
  };

  return (native, kind) =>
    function (options) {
      let call;
      if (line._on && options && typeof options === 'object') {
        try {
          call = prepare(options, kind);
        } catch (_) {
          // The host says what is wrong with these options, if anything is.
        }
      }
      if (!call) return native.apply(this, arguments);
      const args = [].slice.call(arguments);
      args[0] = call._options;
      let result;
      let thrown = true;
      try {
        result = entering(call._url, () => native.apply(this, args));
        thrown = false;
      } finally {
        if (thrown) finish(call, true, { errMsg: 'the host has thrown an error' });
      }
      if (!call._heard) {
        try {
          watch(call, result);
        } catch (_) {
          // A promise of another making.
        }
      }
      return result;
    };
}
