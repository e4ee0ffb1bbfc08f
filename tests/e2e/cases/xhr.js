// Cases of XMLHttpRequest, named by the codes of docs/pitfalls.md; see fetch.js.

// Opens and sends a request, and returns every event of the object with the state and status at that time.
async function watched(method, url, { body, before = () => {}, on = () => {}, async = [true] } = {}) {
  const xhr = new XMLHttpRequest();
  const log = [];
  for (const type of ['readystatechange', 'loadstart', 'progress', 'load', 'error', 'timeout', 'abort', 'loadend'])
    xhr.addEventListener(type, () => {
      if (type !== 'progress') log.push(`${type} ${xhr.readyState} ${xhr.status}`);
      on(type, xhr);
    });
  try {
    xhr.open(method, url, ...async);
    before(xhr);
    // An object that is aborted in its last state fires no end event.
    const done = Promise.race([xhrDone(xhr), sleep(1500)]);
    xhr.send(...(body === undefined ? [] : [body]));
    if (async[0] !== false) await done;
  } catch (error) {
    log.push('threw ' + told(error));
  }
  return [...log, xhr.responseURL.replace(`/${mode}`, ''), xhr.status];
}

add('X1: setRequestHeader and send in a wrong state throw as always', { traced: 1 }, async (t) => {
  const xhr = new XMLHttpRequest();
  const log = [];
  const attempt = (work) => {
    try {
      log.push(String(work()));
    } catch (error) {
      log.push(told(error));
    }
  };
  attempt(() => xhr.setRequestHeader('tracestate', 'a=1'));
  attempt(() => xhr.send());
  xhr.open('GET', t.path('a'));
  attempt(() => xhr.setRequestHeader('bad name', 'x'));
  attempt(() => xhr.setRequestHeader('baggage', 'a\nb'));
  attempt(() => xhr.setRequestHeader('tracestate', '\u4f60'));
  attempt(() => xhr.setRequestHeader('tracestate'));
  attempt(() => xhr.setRequestHeader());
  const done = xhrDone(xhr);
  xhr.send();
  attempt(() => xhr.send());
  attempt(() => xhr.setRequestHeader('tracestate', 'a=1'));
  attempt(() => xhr.setRequestHeader('x-late', '1'));
  await done;
  attempt(() => xhr.send());
  for (const name of ['open', 'send', 'setRequestHeader', 'abort']) {
    attempt(() => xhr[name].call({}));
    attempt(() => xhr[name].call({}, { toString() { log.push('converted'); return 'x'; } }, 'y'));
    attempt(() => xhr[name].call(undefined, 'GET', '/'));
  }
  attempt(() => xhr.open());
  attempt(() => xhr.open('GET'));
  attempt(() => new xhr.open('GET', '/'));
  return log;
});
add('X2: an own traceparent, in any case, stays alone', { traced: 'own' }, async (t) => {
  const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  return watched('GET', t.path('a'), { before: (xhr) => { xhr.setRequestHeader('TraceParent', own); xhr.setRequestHeader('X-Own', '1'); xhr.setRequestHeader('x-own', '2'); } });
});
add('X3: open twice, and one object many times: one event a send', { traced: 3, events: [{ status_code: 200 }, { status_code: 404 }, { status_code: 500 }] }, async (t) => {
  const xhr = new XMLHttpRequest();
  const log = [];
  xhr.onreadystatechange = () => log.push(xhr.readyState);
  xhr.open('POST', t.path('never'));
  for (const what of ['a', '404', '500']) {
    xhr.open('GET', t.path(what));
    const done = xhrDone(xhr);
    xhr.send();
    await done;
    log.push(xhr.status);
  }
  return log;
});
add('X4: send again from the handlers of the same object', { traced: 4, events: [{ status_code: 200 }, { status_code: 404 }, { status_code: 200 }, { status_code: 500 }] }, async (t) => {
  const log = [];
  for (const [handler, first, second] of [['onload', 'a', '404'], ['onreadystatechange', 'b', '500']]) {
    const xhr = new XMLHttpRequest();
    let again = true;
    await new Promise((resolve) => {
      xhr[handler] = () => {
        if (xhr.readyState !== 4) return;
        log.push(xhr.status);
        if (!again) return resolve();
        again = false;
        xhr.open('GET', t.path(second));
        xhr.send();
      };
      xhr.open('GET', t.path(first));
      xhr.send();
    });
  }
  return log;
});
add('X4: send from the event that open fires', { traced: 1, events: [{ status_code: 200 }] }, async (t) => {
  const xhr = new XMLHttpRequest();
  const done = xhrDone(xhr);
  xhr.onreadystatechange = () => xhr.readyState === 1 && xhr.send();
  xhr.open('GET', t.path('a'));
  await done;
  return xhr.status;
});
add('X5: open, send, open: the first is an abort', { traced: 'own', events: [{ outcome: 'abort', status_code: undefined }, { outcome: 'http_error', status_code: 404 }] }, async (t) => {
  const xhr = new XMLHttpRequest();
  xhr.open('GET', t.path('slow'));
  xhr.send();
  await sleep(50);
  xhr.open('GET', t.path('404'));
  const done = xhrDone(xhr);
  xhr.send();
  await done;
  return xhr.status;
});
add('X5: an open that is refused leaves the request as it was', { traced: 1, events: [{ outcome: 'ok' }] }, async (t) => {
  const xhr = new XMLHttpRequest();
  xhr.open('GET', t.path('a'));
  const log = [];
  for (const args of [['b a d', '/'], ['TRACE', '/'], ['GET', 'http://:bad'], [Symbol('s'), '/'], ['GET', Symbol('s')], [{ toString() { throw new RangeError('mine'); } }, '/'], [Object.create(null), '/']])
    try {
      xhr.open(...args);
    } catch (error) {
      log.push(told(error), xhr.readyState);
    }
  const done = xhrDone(xhr);
  xhr.send();
  await done;
  return [...log, xhr.status];
});
add('X6: abort in the handler of the last state', { traced: 2, events: [{ status_code: 200, outcome: 'ok' }, { status_code: 200, outcome: 'ok' }] }, async (t) => {
  const log = [await watched('GET', t.path('a'), { on: (type, xhr) => type === 'readystatechange' && xhr.readyState === 4 && xhr.abort() })];
  const xhr = new XMLHttpRequest();
  xhr.open('GET', t.path('b'));
  await new Promise((resolve) => {
    xhr.onreadystatechange = () => {
      if (xhr.readyState !== 4) return;
      log.push(xhr.status);
      xhr.abort();
      log.push(xhr.status);
      resolve();
    };
    xhr.send();
  });
  return log;
});
add('X7: one event, whatever fires', { traced: 3, repeats: true, events: [{ outcome: 'ok' }, { outcome: 'network_error' }, { outcome: 'http_error' }, { outcome: 'network_error' }] }, async (t) => [
  await watched('GET', t.path('a')), await watched('GET', t.path('hole')), await watched('GET', t.path('500')), await watched('GET', t.cross('refused')),
]);
add('X8: every responseType; no response is read', { traced: 6 }, async (t) => {
  const out = [];
  for (const type of ['', 'text', 'arraybuffer', 'blob', 'json', 'document'])
    out.push(await watched('GET', t.path('a'), { before: (xhr) => { xhr.responseType = type; }, on: (event, xhr) => event === 'load' && out.push([type, String(xhr.response)]) }));
  return out;
});
add('X9: synchronous requests', { traced: 3, repeats: true, events: [{ outcome: 'ok' }, { outcome: 'http_error' }, { outcome: 'network_error' }, { outcome: 'network_error' }] }, async (t) => [
  await watched('GET', t.path('a'), { async: [false] }), await watched('POST', t.path('404'), { async: [false], body: 'x' }), await watched('GET', t.path('hole'), { async: [false] }),
  await watched('GET', t.path('b'), { async: [false], before: (xhr) => { xhr.timeout = 5; } }), await watched('GET', t.cross('refused'), { async: [false] }).then((log) => log.length),
]);
add('X10: URL objects, relative URLs, a base, lower-case methods, each converted once', { traced: 7 }, async (t) => {
  const log = [];
  const noted = (name, text) => ({ toString() { log.push(name); return text; } });
  const base = document.createElement('base');
  base.href = t.path('deeper/');
  document.head.append(base);
  const out = [await watched('get', 'leaf'), await watched('gEt', '../up?q#hash')];
  base.remove();
  out.push(await watched('post', new URL(t.url('a')), { body: 'x' }), await watched(noted('method', 'PUT'), noted('url', t.path('b'))), await watched('GET', [t.path('c')]), await watched('delete', t.path('d')));
  out.push(await watched('GET', t.path('e', '?\u00e9\ud800')), await watched('CHICKEN', t.cross('f')).then((log) => log.length));
  return [out, log];
});
add('X11: the number of arguments counts', { traced: 5 }, async (t) => {
  const out = [];
  for (const async of [[], [undefined], [null], ['false'], [true, undefined, undefined]]) {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', t.path('a'), ...async);
    const done = xhrDone(xhr);
    xhr.send();
    out.push(xhr.readyState);
    await Promise.race([done, sleep(async.length && !async[0] ? 0 : 1000)]);
  }
  return out;
});
add('X12: no response header is asked for', {}, async (t) => {
  const asked = [];
  const { getResponseHeader, getAllResponseHeaders } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.getResponseHeader = function (name) { asked.push(name); return getResponseHeader.call(this, name); };
  XMLHttpRequest.prototype.getAllResponseHeaders = function () { asked.push('all'); return getAllResponseHeaders.call(this); };
  await watched('GET', t.cross('a'));
  Object.assign(XMLHttpRequest.prototype, { getResponseHeader, getAllResponseHeaders });
  return asked;
});
add('X13: handlers stay the page\'s and fire in its order', { traced: 1 }, async (t) => {
  const xhr = new XMLHttpRequest();
  const log = [];
  const first = () => log.push(`on ${xhr.readyState}`);
  xhr.onreadystatechange = first;
  xhr.open('GET', t.path('a'));
  xhr.addEventListener('readystatechange', (event) => { log.push(`listener ${xhr.readyState} ${event.target === xhr}`); });
  const kept = [xhr.onreadystatechange === first, xhr.onload];
  xhr.onload = null;
  const done = xhrDone(xhr);
  xhr.send();
  await done;
  return [log, kept, Reflect.ownKeys(xhr)];
});
add('X13: a page that stops its events is obeyed', { traced: 1 }, async (t) => {
  const xhr = new XMLHttpRequest();
  xhr.addEventListener('readystatechange', (event) => event.stopImmediatePropagation());
  xhr.open('GET', t.path('a'));
  xhr.send();
  await xhrDone(xhr);
  return xhr.status;
});
add('X14: abort and timeout at each state, distinct', { traced: 'own', repeats: true, events: [{ outcome: 'ok' }, { outcome: 'abort' }, { outcome: 'timeout' }, { outcome: 'abort' }, { outcome: 'abort' }] }, async (t) => [
  await watched('GET', t.path('a'), { before: (xhr) => xhr.abort() }).then((log) => log.map((line) => String(line).split(':')[0])),
  await watched('GET', t.path('slow'), { on: (type, xhr) => type === 'loadstart' && setTimeout(() => xhr.abort(), 50) }),
  await watched('GET', t.path('slow'), { before: (xhr) => { xhr.timeout = 50; } }),
  await watched('GET', t.path('events'), { on: (type, xhr) => type === 'readystatechange' && xhr.readyState === 2 && xhr.abort() }),
  await watched('GET', t.path('events'), { on: (type, xhr) => type === 'readystatechange' && xhr.readyState === 3 && xhr.abort() }),
]);
add('X15: upload is not touched: no preflight', {}, async (t) => {
  const out = await watched('POST', t.cross('a'), { body: 'x' });
  const log = [];
  return [out, await watched('POST', t.cross('b'), { body: 'x', before: (xhr) => xhr.upload.addEventListener('load', () => log.push('up')) }), log];
});
add('X16: what is set between open and send stays', { traced: 1 }, async (t) => {
  const xhr = new XMLHttpRequest();
  xhr.open('GET', t.path('a'));
  Object.assign(xhr, { withCredentials: true, responseType: 'json', timeout: 3000 });
  xhr.overrideMimeType('text/x');
  const done = xhrDone(xhr);
  xhr.send();
  await done;
  return [xhr.withCredentials, xhr.responseType, xhr.timeout, xhr.response];
});
add('X18: a failed request is reported by its own URL', { traced: 0, events: [{ outcome: 'network_error', name: undefined }].map(() => ({ outcome: 'network_error' })) }, (t) => watched('GET', t.cross('refused')));
add('H7: subclasses, statics, instanceof and constructor', { traced: 1, events: [{ status_code: 200 }] }, async (t) => {
  class Sub extends XMLHttpRequest {
    open(...args) { this.opened = true; return super.open(...args); }
  }
  const xhr = new Sub();
  xhr.open('GET', t.path('a'));
  const done = xhrDone(xhr);
  xhr.send();
  await done;
  return [xhr instanceof XMLHttpRequest, xhr.constructor === Sub, XMLHttpRequest.DONE, new XMLHttpRequest().constructor === XMLHttpRequest, Reflect.ownKeys(xhr), xhr.status, String(XMLHttpRequest)];
});
add('H8, H9: nothing on the instance, no events of ours', { traced: 2 }, async (t) => {
  const seen = [];
  const { dispatchEvent } = EventTarget.prototype;
  EventTarget.prototype.dispatchEvent = function (event) { seen.push(event.type); return dispatchEvent.call(this, event); };
  const xhr = new XMLHttpRequest();
  xhr.open('GET', t.path('a'));
  const done = xhrDone(xhr);
  xhr.send();
  await done;
  const response = await fetch(t.path('b'));
  EventTarget.prototype.dispatchEvent = dispatchEvent;
  const names = (object) => [...Object.getOwnPropertyNames(object), ...Object.getOwnPropertySymbols(object).map(String)];
  return [seen, names(xhr), names(response), names(XMLHttpRequest.prototype).sort()];
});
add('H10: a page\'s own addEventListener and events made up', { traced: 1, events: [{ status_code: 200, outcome: 'ok' }] }, async (t) => {
  const xhr = new XMLHttpRequest();
  const calls = [];
  xhr.addEventListener = (...args) => { calls.push(args[0]); };
  xhr.open('GET', t.path('a'));
  xhr.dispatchEvent(new Event('readystatechange'));
  xhr.send();
  for (const type of ['abort', 'error', 'timeout', 'loadend', 'readystatechange']) xhr.dispatchEvent(new ProgressEvent(type));
  await new Promise((resolve) => { xhr.onload = resolve; });
  return [calls, xhr.status];
});
add('send takes every body, and a refused one leaves the object usable', { traced: 7, events: Array(7).fill({ outcome: 'ok' }) }, async (t) => {
  const out = [];
  for (const body of ['text', null, new Blob(['b'], { type: 'a/b' }), new Uint8Array([65]), new URLSearchParams('a=1'), document.implementation.createDocument(null, 'x')])
    out.push(await watched('POST', t.path('a'), { body, before: (xhr) => body && xhr.setRequestHeader('Content-Type', 'x/y') }));
  const xhr = new XMLHttpRequest();
  xhr.open('POST', t.path('b'));
  try {
    xhr.send({ toString() { throw new RangeError('mine'); } });
  } catch (error) {
    out.push(told(error), xhr.readyState);
  }
  const done = xhrDone(xhr);
  xhr.send('then');
  await done;
  return [...out, xhr.responseText];
});
