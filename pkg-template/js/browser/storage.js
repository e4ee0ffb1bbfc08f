// Stores batches in localStorage, where they outlive their page: one record each, under
// `tracebeam:<exporter>:<pid>:<page>:<created>.<number>`, so that no tab writes to another's. A living page holds a lock with
// its name. A page that gets another page's lock knows that the other one is dead, and takes over its records. If storage is
// blocked or full, batches live in memory only, without a warning.

// Without locks (plain http, old browsers) the page of a record older than this is taken for dead.
const ORPHAN_MS = 30_000;

// Each process has a copy of the storage, and sees the changes of others late, on a busy machine much later. So a page that gets
// a dead page's lock waits for SETTLE_MS before it reads, and keeps the lock for HOLD_MS, until the others have seen its changes.
const SETTLE_MS = 100;
const HOLD_MS = 5000;

/**
 * @param {any} scope
 * @param {string} prefix The beginning of the keys of this application's records.
 * @param {import('../core/pump.js').Later} later
 * @returns {import('../core/pump.js').Store}
 */
export function storageOf(scope, prefix, later) {
  const { navigator, Date } = scope;
  const { locks } = navigator;
  /** @type {Record<string, { _key: string, _text: string }>} This page's batches, by their numbers. */
  const batches = {};
  /** @type {any} `localStorage`, which may throw at any time. Its first touch waits for another process. */
  let area;
  /** @type {string | number | undefined} The name of this page; empty while it holds no lock. */
  let page;
  /** @type {((value?: unknown) => void)[]} Functions that release the locks. */
  const locked = [];
  // Runs `work` on the storage. Where that throws, the batches are in memory alone.
  const attempt = (/** @type {() => any} */ work) => {
    try {
      area = area || scope.localStorage;
      return area && work();
    } catch (_) {
      // Full, or blocked by the user, by policy, or by a sandbox.
    }
  };

  const hold = () => new Promise((resolve) => locked.push(resolve));

  const live = () => {
    page = Date.now().toString(36) + Math.random().toString(36).slice(2);
    if (locks) locks.request(prefix + page, hold).catch(() => {});
  };

  const put = (/** @type {number} */ id, /** @type {string} */ text, /** @type {number} */ created) => {
    if (!page) live();
    const key = `${prefix}${page}:${created}.${id}`;
    batches[id] = { _key: key, _text: text };
    attempt(() => area.setItem(key, text));
  };

  const drop = (/** @type {string} */ key) => attempt(() => area.removeItem(key));

  const keys = (/** @type {string} */ start) => Object.keys(area).filter((key) => key.startsWith(start));

  const pass = (/** @type {number} */ ms) => new Promise((/** @type {(value?: unknown) => void} */ resolve) => later(resolve, ms));

  return {
    _append(id, text) {
      const batch = batches[id];
      if (!batch) put(id, text, Date.now());
      else {
        batch._text += text;
        attempt(() => area.setItem(batch._key, batch._text));
      }
    },
    _text: (id) => batches[id]._text,
    _forget(id) {
      if (batches[id]) drop(batches[id]._key);
      delete batches[id];
    },
    // Offers each record of a dead page to `take(text, age)`, which returns its number in this page, or 0.
    _adopt(take) {
      const adopt = (/** @type {string} */ dead) => {
        for (const key of keys(dead)) {
          const text = area.getItem(key);
          const created = +(/** @type {RegExpExecArray} */ (/(\d+)\.\d+$/.exec(key))[1]);
          const age = Date.now() - created;
          const id = (locks || age > ORPHAN_MS) && take(text, age);
          if (id) {
            // The new record is written first: a page that dies in between leaves two records rather than none.
            put(id, text, created);
            drop(key);
          }
        }
      };
      attempt(() => {
        for (const other of new Set(keys(prefix).map((key) => key.slice(prefix.length).split(':')[0]))) {
          if (other === page) continue;
          const work = () => attempt(() => adopt(`${prefix}${other}:`));
          if (!locks) work();
          else
            locks
              .request(prefix + other, { ifAvailable: true }, async (/** @type {unknown} */ lock) => {
                if (!lock) return;
                await pass(SETTLE_MS);
                work();
                await Promise.race([hold(), pass(HOLD_MS)]);
              })
              .catch(() => {});
        }
      });
    },
    // The page is going away, perhaps into the back/forward cache, which accepts no page that holds a lock.
    _leave() {
      locked.splice(0).forEach((give) => give());
      page = 0;
    },
    // Deletes this application's batches, also those of other pages.
    _clear: () => attempt(() => keys(prefix).forEach(drop)),
    // For a page that came back: the numbers of the batches that another page has taken over meanwhile.
    _gone: () => attempt(() => Object.keys(batches).filter((id) => area.getItem(batches[id]._key) == null)) || [],
  };
}

const YEAR = 365 * 86400;

// sessionConfig.storage
const COOKIE = 1;

/**
 * A place for texts. Their keys contain the application's id, because two applications may share an origin. The place remembers
 * what was written last: without this, a storage that forgets or refuses would begin a session with each request.
 * @param {any} scope
 * @param {number} kind The number of `sessionConfig.storage`.
 * @returns {import('../core/session.js').Place}
 */
export function placeOf(scope, kind) {
  const { document, location } = scope;
  /** @type {Record<string, { _value: string, _stored: boolean }>} `_stored`: whether storage took it. */
  const memory = {};
  const cookie = {
    _get(/** @type {string} */ key) {
      const found = document.cookie.split('; ').find((/** @type {string} */ pair) => pair.indexOf(key + '=') === 0);
      return found && found.slice(key.length + 1);
    },
    _set(/** @type {string} */ key, /** @type {string} */ value) {
      document.cookie = `${key}=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
    },
  };
  const local = {
    _get: (/** @type {string} */ key) => scope.localStorage.getItem(key),
    _set: (/** @type {string} */ key, /** @type {string} */ value) =>
      value ? scope.localStorage.setItem(key, value) : scope.localStorage.removeItem(key),
  };
  const places = kind === COOKIE ? [cookie] : kind ? [local] : [local, cookie];
  return {
    _get(key) {
      for (const place of places) {
        try {
          const value = place._get(key);
          if (value || !(key in memory)) return value || '';
          // Storage took the value and lost it: the user has cleared it. Otherwise storage never took it.
          return memory[key]._stored ? '' : memory[key]._value;
        } catch (_) {
          // Blocked: try the next place.
        }
      }
      return key in memory ? memory[key]._value : '';
    },
    // An empty value deletes the key.
    _set(key, value) {
      let stored = false;
      for (const place of places) {
        try {
          place._set(key, value);
          stored = place._get(key) === value;
          if (stored) break;
        } catch (_) {
          // Blocked or full: try the next place.
        }
      }
      memory[key] = { _value: value, _stored: stored };
    },
  };
}
