// The logic layer of a mini-program. This classic script runs in a bare realm of V8 or JavaScriptCore. It sends messages by
// `send(text)` and receives them by the function that it returns. It builds the host's globals from the host's data and deletes
// every global that the host does not have.
//
// `native`: functions of the engine for the host alone: WebAssembly, and an ArrayBuffer of another realm.

(function (send, world, native) {
  'use strict';
  var host = world.host;
  var global = native.global;
  var waiting = {};
  var count = 0;
  var modules = {};
  var listeners = { AppShow: [], AppHide: [], NetworkStatusChange: [] };
  var pages = [];
  var stringify = JSON.stringify;

  function post(message) {
    send(stringify(message));
  }

  function ask(message, then) {
    message.id = ++count;
    waiting[message.id] = then;
    post(message);
    return message.id;
  }

  var requester = native.requests(world, ask, post, waiting);
  var api = {};
  host.functions.forEach(function (name) {
    var fn = requester(name);
    if (world.getterOnly) {
      // The setter accepts every value, and the getter goes on returning the native function.
      Object.defineProperty(api, name, {
        configurable: world.getterOnly !== 'locked',
        enumerable: true,
        get: function () {
          return fn;
        },
        set: function () {},
      });
    } else api[name] = fn;
  });

  if (host.storage === 'plain') {
    api.getStorageSync = function (key) {
      if (world.noStorage) throw new Error('storage is full');
      return key in world.storage ? world.storage[key] : '';
    };
    api.setStorageSync = function (key, data) {
      if (world.noStorage) throw new Error('storage is full');
      world.storage[key] = data;
      post({ store: key, data: data });
    };
    api.removeStorageSync = function (key) {
      delete world.storage[key];
      post({ store: key });
    };
  } else {
    api.getStorageSync = function (options) {
      return { data: options.key in world.storage ? world.storage[options.key] : null };
    };
    api.setStorageSync = function (options) {
      if (typeof options !== 'object') throw new Error('setStorageSync takes an object');
      world.storage[options.key] = options.data;
      post({ store: options.key, data: options.data });
    };
    api.removeStorageSync = function (options) {
      delete world.storage[options.key];
      post({ store: options.key });
    };
  }
  Object.keys(listeners).forEach(function (name) {
    api['on' + name] = function (listener) {
      listeners[name].push(listener);
    };
    api['off' + name] = function (listener) {
      listeners[name] = listeners[name].filter(function (one) {
        return one !== listener;
      });
    };
  });
  // Functions that frameworks call when they start.
  api.canIUse = function (name) {
    return name in api;
  };
  api.getSystemInfoSync = function () {
    return {
      platform: 'ios',
      system: 'iOS 17',
      SDKVersion: '3.8.10',
      language: 'zh_CN',
      windowWidth: 390,
      windowHeight: 844,
      pixelRatio: 3,
    };
  };
  api.getNetworkType = function (options) {
    ask({ timer: 1 }, function () {
      options.success({ networkType: 'wifi' });
    });
  };
  api[host.info] = function () {
    return { miniProgram: { appId: 'app1234', version: '3.2.1' }, microapp: { appId: 'app1234', mpVersion: '3.2.1' }, appId: 'app1234' };
  };
  if (host.random) {
    api.getRandomValues = function (options) {
      ask({ random: options.length }, function (reply) {
        options.success({ randomValues: native.foreign(reply.bytes), errMsg: 'getRandomValues:ok' });
      });
    };
  }

  // The host's globals; all others of this engine are deleted.
  var own = {
    setTimeout: function (work, ms) {
      if (typeof work !== 'function') throw new TypeError('string timers are not allowed');
      return ask({ timer: ms || 0 }, function () {
        work();
      });
    },
    clearTimeout: function (id) {
      delete waiting[id];
    },
    getCurrentPages: function () {
      return pages.slice();
    },
    App: function (app) {
      if (app.onLaunch) app.onLaunch();
    },
    // Registers a page and shows it at once.
    Page: function (page) {
      page.setData = function (data) {
        post({ say: ['data', data] });
      };
      if (page.onLoad) page.onLoad();
    },
    getApp: function () {
      return {};
    },
    console: {},
  };
  ['log', 'info', 'debug', 'warn', 'error'].forEach(function (level) {
    own.console[level] = function () {
      var parts = [].map.call(arguments, function (part) {
        return part instanceof Error ? part.stack || String(part) : String(part);
      });
      post({ console: level, text: parts.join(' ') });
    };
  });
  own[host.api] = api;
  for (var alias in host.alias || {}) {
    own[alias] = {};
    host.alias[alias].forEach(function (name) {
      own[alias][name] = api[name];
    });
    if (host.dead) {
      own[alias][host.dead] = function () {
        throw new Error('not supported by this client');
      };
    }
  }
  // Some frameworks define another host's global with this host's functions.
  if (world.shim) {
    own[world.shim] = {
      request: function (options) {
        return api[host.functions[0]](options);
      },
    };
  }
  if (host.wasm) {
    own[host.wasm] = {
      instantiate: function (path, imports) {
        if (typeof path !== 'string' || !/^\//.test(path) || /^(wxfile|http)/.test(path)) {
          return Promise.reject(new Error('not support wxfile or http: path'));
        }
        return new Promise(function (resolve, reject) {
          ask({ wasm: path }, function (reply) {
            if (reply.error) return reject(new Error(reply.error));
            native.instantiate(reply, imports).then(function (made) {
              // WeChat's typings resolve with the instance, published code with an object that contains it.
              resolve(host.api === 'wx' ? made.instance : { module: made.module, instance: made.instance });
            }, reject);
          });
        });
      },
    };
  }

  // Defines a file of the mini-program, which the host compiles.
  native.define(function (path, code) {
    modules[path] = { code: code, module: null };
  });
  function resolvePath(from, name) {
    if (!/^\./.test(name)) {
      var candidates = ['/miniprogram_npm/' + name + '.js', '/miniprogram_npm/' + name + '/index.js'];
      for (var i = 0; i < candidates.length; i++) if (modules[candidates[i]]) return candidates[i];
    }
    var parts = from.split('/').slice(0, -1);
    name.split('/').forEach(function (part) {
      if (part === '..') parts.pop();
      else if (part !== '.') parts.push(part);
    });
    var path = parts.join('/');
    return modules[path] ? path : path + '.js';
  }
  function load(path) {
    var file = modules[path];
    if (!file) throw new Error('no module ' + path);
    if (!file.module) {
      file.module = { exports: {} };
      file.code.call(
        undefined,
        function (name) {
          return load(resolvePath(path, name));
        },
        file.module,
        file.module.exports
      );
    }
    return file.module.exports;
  }

  var language = native.language;
  Object.getOwnPropertyNames(global).forEach(function (name) {
    if (language.indexOf(name) < 0 && host.globals.indexOf(name) < 0) delete global[name];
  });
  Object.keys(own).forEach(function (name) {
    Object.defineProperty(global, name, { configurable: true, writable: true, value: own[name] });
  });
  // For the tests: `say` reports to them.
  Object.defineProperty(global, 'say', {
    value: function (name, value) {
      post({ say: [name, value === undefined ? null : value] });
    },
  });

  return function (text) {
    var message = JSON.parse(text);
    if (message.reply) {
      var then = waiting[message.reply];
      delete waiting[message.reply];
      if (then) then(message);
    } else if (message.run) {
      try {
        load(message.run);
        post({ say: ['ran', message.run] });
      } catch (error) {
        post({ say: ['crashed', String((error && error.stack) || error)] });
      }
    } else if (message.event) {
      listeners[message.event].slice().forEach(function (listener) {
        listener(message.value);
      });
      post({ say: ['told', message.event] });
    } else if (message.page !== undefined) {
      pages = message.page ? [{ route: message.page }] : [];
    } else if (message.globals) {
      post({ say: ['globals', Object.getOwnPropertyNames(global).sort()] });
    }
  };
});
