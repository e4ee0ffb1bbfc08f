// Wraps the host's request functions. The agent's own work is inside a `try`, the host's call outside it. The host's result is
// returned as it is: a task, a promise, both or nothing.
//
// If the application puts an interceptor over our wrapper, the interceptor is wrapped too when the application comes back,
// because it may call a function that the agent has never seen. The interceptor's first call tells. If it calls our inner wrapper,
// the inner one reports the request, because it sees the URL and the headers that leave; the outer one passes calls on from
// then on. Otherwise the outer one reports requests like any other wrapper.

import { KIND } from '../core/door.js';
import { addHeader, pairsOf, traceHeader } from '../core/headers.js';
import { isFunction, isObject } from './is.js';
import { copyOf, put } from './options.js';
import { failureOf, messageOf, statusOf } from './outcome.js';
import { routeOf } from './page.js';
import { entryOf } from './profile.js';

const METHODS = ['', '', 'POST', ''];

// At most this many calls of undecided interceptors are remembered.
const MAX_UNSURE = 50;

/**
 * @typedef {object} Interceptor An interceptor that we have wrapped.
 * @property {boolean} [_passes] Whether it calls our inner wrapper; undefined until its first call has shown this.
 */

/**
 * @typedef {import('../core/line.js').Start & CallOfHost} Call
 * @typedef {object} CallOfHost
 * @property {any} _options What the host gets instead of the application's options.
 * @property {string} _url As the application wrote it.
 * @property {boolean} _listening Our callbacks are among the options.
 * @property {Interceptor} [_outer] The interceptor, if the call went through an interceptor's wrapper.
 */

/**
 * @callback Trace Makes the wrapper of a function.
 * @param {Function} native
 * @param {number} kind Its number in the engine.
 * @param {boolean} [late] The function was found in the place of our wrapper: it is an interceptor.
 * @returns {Function}
 */

/**
 * @param {import('./hosts.js').Host} host
 * @param {import('../core/line.js').Line} line
 * @returns {Trace}
 */
export function tracerOf(host, line) {
  /** @type {Call | null} The call whose native function is on the stack. */
  let within = null;
  /** @type {Call[]} The calls of interceptors whose `_passes` is undefined. */
  let unsure = [];

  const entering = (/** @type {Call | null} */ call, /** @type {() => any} */ work) => {
    const before = within;
    within = call;
    try {
      return work();
    } finally {
      within = before;
    }
  };

  // The request has ended. Only the first call counts.
  const finish = (/** @type {Call} */ call, /** @type {boolean} */ failed, /** @type {any} */ result) => {
    const { _id: id, _outer: outer } = call;
    call._id = 0;
    // The inner wrapper reports it, or it has ended already.
    if (!id) return;
    if (outer && outer._passes === undefined) {
      outer._passes = false;
      unsure = unsure.filter((one) => one._outer !== outer);
    }
    try {
      const known = isObject(result) ? result : { message: result };
      const status = statusOf(known);
      line._end({
        _id: id,
        _status: status,
        _failure: failureOf(known, failed),
        _message: failed ? messageOf(known) : '',
        _measured: entryOf(known, status, line._now() - /** @type {number} */ (call._at)),
        _subject: failed ? null : result,
        _error: failed ? result : undefined,
      });
    } catch (_) {
      // The request's event is lost.
    }
  };

  const listen = (/** @type {Call} */ call, /** @type {any} */ options, /** @type {string} */ name) => {
    const copy = call._options;
    const theirs = copy[name];
    /** @this {any} */
    const ours = function (/** @type {any} */ result) {
      // The host calls `complete` after a success and after a failure.
      const failed = name === 'fail' || (name === 'complete' && !statusOf(result || {}) && !/:ok/.test((result || {}).errMsg));
      finish(call, failed, result);
      if (!isFunction(theirs)) return;
      const self = this === copy ? options : this;
      const args = arguments;
      return entering(null, () => theirs.apply(self, args));
    };
    ours._call = call;
    put(copy, name, ours);
  };

  // The call for the host; undefined if the host gets the application's options.
  const prepare = (/** @type {any} */ options, /** @type {number} */ kind, /** @type {Interceptor | undefined} */ outer) => {
    const copy = copyOf(options);
    const { url, method, success, fail, complete } = copy;
    const passed = (success || {})._call || (fail || {})._call;
    // The request is already reported: one of the host's functions calls another one, or an interceptor calls itself.
    if (passed ? !passed._outer || passed._outer === outer : within && !within._outer && url === within._url) return;
    const href = typeof url === 'string' && line._resolve(url);
    if (!href) return;

    // DingTalk knows `headers` only. Newer versions of Alipay read `header` if there is no `headers`.
    const key = host._appx ? 'headers' : 'header';
    const given = host._name === 'alipay' && copy.headers == null ? copy.header : copy[key];
    /** @type {Record<string, any>} */
    const headers = {};
    /** @type {Record<string, any>} */
    const own = {};
    if (isObject(given)) {
      for (const name in given) {
        headers[name] = given[name];
        const lower = given[name] != null && traceHeader(name);
        if (lower) addHeader(own, lower, given[name]);
      }
    }
    // The call of an interceptor that this request comes from.
    const flags = kind * KIND;
    const above = passed || unsure.filter((one) => one._flags === flags && one._outer !== outer)[0];
    /** @type {Call} */
    const call = {
      _href: href,
      _method: METHODS[kind] || (typeof method === 'string' ? method : ''),
      _own: pairsOf(own),
      _flags: flags,
      _route: routeOf(),
      _options: copy,
      _url: url,
      _listening: true,
      _outer: outer,
    };
    if (above) {
      above._outer._passes = true;
      unsure = unsure.filter((one) => one !== above);
      call._instead = above._id;
      above._id = 0;
    }
    const ours = line._start(call);
    if (!call._id) return;
    const unknown = outer && outer._passes === undefined;
    if (unknown) unsure = unsure.concat(call).slice(-MAX_UNSURE);
    // An inner wrapper would take our headers for the application's own.
    if (ours && (unknown || (given != null && !isObject(given)))) line._revoke(call._id);
    else if (ours) {
      for (let i = 0; i < ours.length; i += 2) {
        for (const name in headers) if (traceHeader(name) === ours[i].toLowerCase()) delete headers[name];
        headers[ours[i]] = ours[i + 1];
      }
      put(copy, key, headers);
    }
    // If the application passes no callback, one of ours might switch the host's promise off.
    if (host._promises && !isFunction(success) && !isFunction(fail) && !isFunction(complete)) call._listening = false;
    else {
      listen(call, options, 'success');
      listen(call, options, 'fail');
      if (isFunction(complete)) listen(call, options, 'complete');
    }
    return call;
  };

  // The end of a call without callbacks.
  const watch = (/** @type {Call} */ call, /** @type {any} */ result) => {
    if (result && isFunction(result.then)) {
      result.then(
        (/** @type {any} */ answer) => finish(call, false, answer),
        (/** @type {any} */ error) => finish(call, true, error)
      );
    } else if (!call._outer) {
      // The host returns no promises: from the next call on, the agent adds its callbacks. This call's end stays unknown.
      host._promises = false;
      line._end({ _id: /** @type {number} */ (call._id) });
    }
  };

  return (native, kind, late) => {
    /** @type {Interceptor | undefined} */
    const outer = late ? {} : undefined;
    /** @this {any} */
    return function (/** @type {any} */ options) {
      let call;
      if (line._on && isObject(options) && !(outer && outer._passes)) {
        try {
          call = prepare(options, kind, outer);
        } catch (_) {
          // If these options are wrong, the host says so.
        }
      }
      if (!call) return native.apply(this, arguments);
      const args = /** @type {any[]} */ ([]).slice.call(arguments);
      args[0] = call._options;
      let result;
      let thrown = true;
      try {
        result = entering(call, () => native.apply(this, args));
        thrown = false;
      } finally {
        if (thrown) finish(call, true, { errMsg: 'the host has thrown an error' });
      }
      if (!call._listening) {
        try {
          watch(call, result);
        } catch (_) {
          // The result is a promise of an unknown kind.
        }
      }
      return result;
    };
  };
}
