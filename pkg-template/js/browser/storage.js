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

// `later(work, ms)` is the host's timer.
export function storageOf(scope, base, later) {
  const { navigator, Date } = scope;
  const { locks } = navigator;
  // Batches of this page: number → {_key, _text}.
  const batches = {};
  let area;
  let page;
  // What gives up each lock.
  const locked = [];
  try {
    area = scope.localStorage;
  } catch (_) {
    // Blocked by the user, by policy, or by a sandbox.
  }
  // Runs `work` on the storage, which may throw at any time.
  const attempt = (work) => {
    try {
      return area && work();
    } catch (_) {
      // In memory, then.
    }
  };

  const hold = () => new Promise((resolve) => locked.push(resolve));

  const live = () => {
    page = Date.now().toString(36) + Math.random().toString(36).slice(2);
    if (locks) locks.request(base + page, hold).catch(() => {});
  };

  const put = (id, text, created) => {
    if (!page) live();
    const key = `${base}${page}:${created}.${id}`;
    batches[id] = { _key: key, _text: text };
    attempt(() => area.setItem(key, text));
  };

  const drop = (key) => attempt(() => area.removeItem(key));

  const keys = (prefix) => Object.keys(area).filter((key) => key.startsWith(prefix));

  const pass = (ms) => new Promise((resolve) => later(resolve, ms));

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
      const adopt = (dead) => {
        for (const key of keys(dead)) {
          const text = area.getItem(key);
          const created = +/(\d+)\.\d+$/.exec(key)[1];
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
        for (const other of new Set(keys(base).map((key) => key.slice(base.length).split(':')[0]))) {
          if (other === page) continue;
          const work = () => attempt(() => adopt(`${base}${other}:`));
          if (!locks) work();
          else
            locks
              .request(base + other, { ifAvailable: true }, async (lock) => {
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
    _clear: () => attempt(() => keys(base).forEach(drop)),
    // The page came back: the numbers of those batches that another page has taken over meanwhile.
    _gone: () => attempt(() => Object.keys(batches).filter((id) => area.getItem(batches[id]._key) == null)) || [],
  };
}

const YEAR = 365 * 86400;

// sessionConfig.storage
const COOKIE = 1;

// A place for texts under names that carry the application's id: two applications may share an origin.
// What was written last is remembered: a storage that forgets or refuses must not give a session a request.
export function placeOf(scope, kind) {
  const { document, location } = scope;
  const memory = {};
  const cookie = {
    _get(key) {
      const found = document.cookie.split('; ').find((pair) => pair.indexOf(key + '=') === 0);
      return found && found.slice(key.length + 1);
    },
    _set(key, value) {
      document.cookie = `${key}=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
    },
  };
  const local = {
    _get: (key) => scope.localStorage.getItem(key),
    _set: (key, value) => (value ? scope.localStorage.setItem(key, value) : scope.localStorage.removeItem(key)),
  };
  const places = kind === COOKIE ? [cookie] : kind ? [local] : [local, cookie];
  return {
    _get(key) {
      for (const place of places) {
        try {
          const value = place._get(key);
          if (value || !(key in memory)) return value || '';
          // It was written and is gone: the user has cleared it, or it was never taken.
          if (!memory[key]._kept) return memory[key]._value;
          return '';
        } catch (_) {
          // Blocked: the next place.
        }
      }
      return key in memory ? memory[key]._value : '';
    },
    // An empty value takes it away.
    _set(key, value) {
      let kept = false;
      for (const place of places) {
        try {
          place._set(key, value);
          kept = place._get(key) === value;
          if (kept) break;
        } catch (_) {
          // Blocked or full: the next place.
        }
      }
      memory[key] = { _value: value, _kept: kept };
    },
  };
}
