// Batches outlive their page in localStorage: one record each, under
// `tracebeam:<exporter>:<pid>:<page>:<created>.<number>`, so that tabs never write to one another's. A page
// that lives holds a lock of its name; whoever gets that lock knows that the page is dead, and
// takes its records over. Where storage is blocked or full, batches live in memory alone, and nobody is told.

// Without locks (plain http, old browsers) a record of this age is taken for a dead page's.
const ORPHAN_MS = 30_000;

// Each process has a copy of the storage, and learns what others did to it a little later, on a busy machine much later:
// whoever gets a dead page's lock waits before it looks, and holds it long enough for all to have learned, or while it lives.
const SETTLE_MS = 100;
const HOLD_MS = 5000;

/**
 * @param {any} scope
 * @param {string} prefix What the keys of this application's records begin with.
 * @param {import('../core/pump.js').Later} later
 * @returns {import('../core/pump.js').Store}
 */
export function storageOf(scope, prefix, later) {
  const { navigator, Date } = scope;
  const { locks } = navigator;
  /** @type {Record<string, { _key: string, _text: string }>} This page's batches, by their numbers. */
  const batches = {};
  /** @type {any} `localStorage`, which may throw at any time. */
  let area;
  /** @type {string | number | undefined} The name of this page; it has none while it holds no lock. */
  let page;
  /** @type {((value?: unknown) => void)[]} What gives up each lock. */
  const locked = [];
  try {
    area = scope.localStorage;
  } catch (_) {
    // Blocked by the user, by policy, or by a sandbox.
  }
  // Runs `work` on the storage. Where that throws, the batches are in memory alone.
  const attempt = (/** @type {() => any} */ work) => {
    try {
      return area && work();
    } catch (_) {
      // Blocked or full.
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
    // Offers each record of a dead page to `take(text, age)`, which gives it a number here, or 0.
    _adopt(take) {
      const adopt = (/** @type {string} */ dead) => {
        for (const key of keys(dead)) {
          const text = area.getItem(key);
          const created = +(/** @type {RegExpExecArray} */ (/(\d+)\.\d+$/.exec(key))[1]);
          const age = Date.now() - created;
          const id = (locks || age > ORPHAN_MS) && take(text, age);
          if (id) {
            // The new record first: a page that dies in between leaves one too many, not one too few.
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
    // The page goes away, perhaps into the back/forward cache, which takes no page that holds a lock.
    _leave() {
      locked.splice(0).forEach((give) => give());
      page = 0;
    },
    // Deletes this application's batches, whoever wrote them.
    _clear: () => attempt(() => keys(prefix).forEach(drop)),
    // The page came back: the numbers of those batches that another page has taken over meanwhile.
    _gone: () => attempt(() => Object.keys(batches).filter((id) => area.getItem(batches[id]._key) == null)) || [],
  };
}

const YEAR = 365 * 86400;

// sessionConfig.storage
const COOKIE = 1;

/**
 * A place for texts. Their keys carry the application's id, as two applications may share an origin. What was written last is
 * remembered: where storage forgets or refuses, each request would begin a session.
 * @param {any} scope
 * @param {number} kind The number of `sessionConfig.storage`.
 * @returns {import('../core/session.js').Place}
 */
export function placeOf(scope, kind) {
  const { document, location } = scope;
  /** @type {Record<string, { _value: string, _stored: boolean }>} `_stored`: storage took it. */
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
          // It was written and is gone: the user has cleared it, or it was never taken.
          if (!memory[key]._stored) return memory[key]._value;
          return '';
        } catch (_) {
          // Blocked: the next place.
        }
      }
      return key in memory ? memory[key]._value : '';
    },
    // An empty value takes it away.
    _set(key, value) {
      let stored = false;
      for (const place of places) {
        try {
          place._set(key, value);
          stored = place._get(key) === value;
          if (stored) break;
        } catch (_) {
          // Blocked or full: the next place.
        }
      }
      memory[key] = { _value: value, _stored: stored };
    },
  };
}
