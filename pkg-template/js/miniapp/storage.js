// Stores batches in the host's storage, where they outlive the application: one record each under `<base><created>.<number>`, and
// an index of their names, because not every host lists its keys. If storage is full or refused, batches are in memory only.

import { callHost } from './call.js';

// A write is a call into another process. A growing batch is written at once, and then at most this often, in milliseconds.
const PACE_MS = 200;

/** @typedef {ReturnType<typeof boxOf>} Box A store of texts by key. It never throws. */

/** @typedef {(work: () => void, ms: number) => unknown} Later */

/** @param {import('./hosts.js').Host} host */
export function boxOf({ _api: api, _appx: appx }) {
  return {
    _get(/** @type {string} */ key) {
      const answer = callHost(api, 'getStorageSync', appx ? { key } : key);
      const text = appx ? answer.data : answer;
      return typeof text === 'string' ? text : '';
    },
    _set: (/** @type {string} */ key, /** @type {string} */ data) =>
      appx ? callHost(api, 'setStorageSync', { key, data }) : callHost(api, 'setStorageSync', key, data),
    _remove: (/** @type {string} */ key) => callHost(api, 'removeStorageSync', appx ? { key } : key),
  };
}

/**
 * @param {Later} later
 * @param {Box} box
 * @param {string} base
 */
export function storageOf(later, box, base) {
  const index = base + 'index';
  /** @type {Record<string, { _name: string, _text: string }>} This launch's batches, by their numbers. */
  const batches = {};
  // The names of earlier launches' batches.
  let dead = box._get(index).split(' ').filter(Boolean);
  /** @type {Record<string, boolean>} The numbers of the batches with text that is not stored yet. */
  let fresh = {};
  let paused = false;

  const list = () => {
    const names = dead.concat(Object.keys(batches).map((id) => batches[id]._name));
    if (names.length) box._set(index, names.join(' '));
    else box._remove(index);
  };

  const save = () => {
    for (const id in fresh) if (batches[id]) box._set(base + batches[id]._name, batches[id]._text);
    fresh = {};
  };

  return {
    _append(/** @type {number} */ id, /** @type {string} */ text) {
      if (batches[id]) {
        batches[id]._text += text;
      } else {
        batches[id] = { _name: Date.now() + '.' + id, _text: text };
        // The index is written first: a name without a record does no harm, a record without a name is never found.
        list();
      }
      fresh[id] = true;
      if (paused) return;
      paused = true;
      save();
      later(() => {
        paused = false;
        save();
      }, PACE_MS);
    },
    _text: (/** @type {number} */ id) => batches[id]._text,
    _forget(/** @type {number} */ id) {
      if (batches[id]) box._remove(base + batches[id]._name);
      delete batches[id];
      list();
    },
    // Offers each batch of an earlier launch to `take`, which returns its number in this launch, or 0.
    _adopt(/** @type {(text: string, age: number) => number} */ take) {
      dead = dead.filter((name) => {
        const text = box._get(base + name);
        const id = text && take(text, Date.now() - parseInt(name, 10));
        if (id) batches[id] = { _name: name, _text: text };
        return text && !id;
      });
      list();
    },
    _leave: save,
    // No other launch can take over a batch while this one lives.
    _gone: () => [],
  };
}
