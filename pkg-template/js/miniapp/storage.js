// The host's storage. Batches outlive the application there, one record each under `<base><created>.<number>`, and one more
// that names them all, for not every host lists its keys. Where storage is full or refused, batches live in memory alone.

// A write crosses into the host's own process: the batch that grows is written at once, and then at most this often.
const PACE_MS = 200;

/** @typedef {ReturnType<typeof boxOf>} Box Texts under their keys; nothing here throws. */

/** @param {import('./hosts.js').Host} host */
export function boxOf({ _api: api, _appx: appx }) {
  const attempt = (work) => {
    try {
      return work();
    } catch (_) {
      // In memory, then.
    }
  };
  return {
    _get(key) {
      const text = attempt(() => (appx ? api.getStorageSync({ key }).data : api.getStorageSync(key)));
      return typeof text === 'string' ? text : '';
    },
    _set: (key, data) => attempt(() => (appx ? api.setStorageSync({ key, data }) : api.setStorageSync(key, data))),
    _remove: (key) => attempt(() => api.removeStorageSync(appx ? { key } : key)),
  };
}

export function storageOf(scope, box, base) {
  const index = base + 'index';
  // Of this launch: number → {_name, _text}. Of earlier ones: names.
  const batches = {};
  let dead = box._get(index).split(' ').filter(Boolean);
  let fresh = {};
  let timer;

  const names = () => dead.concat(Object.keys(batches).map((id) => batches[id]._name));
  const list = () => (names().length ? box._set(index, names().join(' ')) : box._remove(index));

  const save = () => {
    scope.clearTimeout(timer);
    timer = 0;
    for (const id in fresh) if (batches[id]) box._set(base + batches[id]._name, batches[id]._text);
    fresh = {};
  };

  return {
    _save: save,
    _append(id, text) {
      if (batches[id]) {
        batches[id]._text += text;
      } else {
        batches[id] = { _name: Date.now() + '.' + id, _text: text };
        // The name first: one too many is found out, a record without a name never.
        list();
      }
      fresh[id] = true;
      if (!timer) {
        save();
        timer = scope.setTimeout(save, PACE_MS);
      }
    },
    _text: (id) => batches[id]._text,
    _forget(id) {
      if (batches[id]) box._remove(base + batches[id]._name);
      delete batches[id];
      list();
    },
    // Offers each batch of an earlier launch to `take(text, age)`, which gives it a number, or 0.
    _adopt(take) {
      dead = dead.filter((name) => {
        const text = box._get(base + name);
        const id = text && take(text, Date.now() - parseInt(name, 10));
        if (id) batches[id] = { _name: name, _text: text };
        return text && !id;
      });
      list();
    },
    _leave: save,
    // No other launch takes batches over while this one lives.
    _gone: () => [],
  };
}
