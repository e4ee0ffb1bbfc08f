// The host's request functions within the realm of realm.js: their arguments, their results, and their callbacks.

(function (world, ask, post, waiting) {
  'use strict';
  var host = world.host;
  var stringify = JSON.stringify;

  function fail(name, code, text) {
    if (host.error === 'error') return { error: code, errorMessage: text };
    return { errMsg: name + ':fail ' + text, errno: code };
  }

  // Calls the application's callbacks as hosts do: with its options as `this`.
  function settle(options, name, result, settlers) {
    post({ say: ['settled', name] });
    try {
      if (typeof options[name] === 'function') options[name](result);
    } catch (error) {
      post({ say: ['thrown', String(error && error.message)] });
    }
    try {
      if (typeof options.complete === 'function') options.complete(result);
    } catch (error) {
      post({ say: ['thrown', String(error && error.message)] });
    }
    if (settlers) settlers[name === 'success' ? 0 : 1](result);
  }

  function answer(name, options, reply) {
    if (reply.error) return ['fail', fail(name, reply.code || 12, reply.error)];
    var result = { data: reply.body, cookies: [] };
    result[host.headers] = reply.headers;
    host.status.forEach(function (key) {
      result[key] = reply.status;
    });
    if (host.error === 'errMsg') result.errMsg = name + ':ok';
    if (host.profile && !world.noProfile) result.profile = reply.profile;
    if (name === 'downloadFile') {
      delete result.data;
      if (host.error === 'error') {
        result = { apFilePath: 'https://resource/1.image' };
      } else result.tempFilePath = 'wxfile://tmp_1';
    }
    // Alipay's host before its second version reports an HTTP error as a failure.
    if (world.httpErrorsFail && reply.status >= 400) {
      result.error = 19;
      result.errorMessage = 'http status error';
      return ['fail', result];
    }
    if (host.error === 'error' && name !== 'downloadFile' && options.dataType !== 'text' && options.dataType !== 'base64') {
      try {
        result.data = JSON.parse(reply.body);
      } catch (_) {
        return ['fail', { error: 14, errorMessage: 'parse fail' }];
      }
    }
    return ['success', result];
  }

  function requester(name) {
    return function (options) {
      // A native function refuses arguments of a wrong type.
      if (!options || typeof options !== 'object') throw new TypeError(name + ': parameter must be an object');
      var listens = ['success', 'fail', 'complete'].some(function (key) {
        return typeof options[key] === 'function';
      });
      var settlers;
      var promise =
        host.promises && !listens
          ? new Promise(function (resolve, reject) {
              settlers = [resolve, reject];
            })
          : null;
      var message = {
        http: name,
        url: options.url,
        method: name === 'uploadFile' ? 'POST' : name === 'downloadFile' ? 'GET' : options.method || 'GET',
        headers: options[host.headers] || {},
        other: options[host.headers === 'header' ? 'headers' : 'header'],
        data: typeof options.data === 'object' ? stringify(options.data) : options.data,
        timeout: options.timeout,
        keys: Object.keys(options),
      };
      var id = ask(message, function (reply) {
        var told = answer(name, options, reply);
        settle(options, told[0], told[1], settlers);
      });
      var task = host.tasks
        ? {
            abort: function () {
              post({ abort: id });
              var then = waiting[id];
              delete waiting[id];
              if (then) then({ error: 'abort', code: 9 });
            },
            onHeadersReceived: function () {},
            offHeadersReceived: function () {},
            onProgressUpdate: function () {},
          }
        : undefined;
      if (promise && task) {
        promise.abort = task.abort;
        return promise;
      }
      return promise || task;
    };
  }

  return requester;
});
