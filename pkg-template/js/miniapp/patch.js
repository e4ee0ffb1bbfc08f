// Our wrappers on the host's object: one for each function, also where the host has the same function under several names.

import { replace } from './replace.js';
import { KINDS } from './hosts.js';

// Where a wrapper tells a second copy of this package which agent is there already.
export const MARK = '__tracebeam';

// `trace(native, kind)` makes a wrapper. `refused()` is called where the host does not let it stand.
export function patch(host, trace, api, refused) {
  // [native, wrapper]
  const pairs = [];
  const undo = [];

  const wrapperOf = (native, kind) => {
    for (let i = 0; i < pairs.length; i++) if (pairs[i].indexOf(native) >= 0) return pairs[i][1];
    const wrapper = trace(native, kind);
    Object.defineProperty(wrapper, MARK, { value: api });
    pairs.push([native, wrapper]);
    return wrapper;
  };

  // Again at every return of the application: what came later may stand in our place.
  const apply = () =>
    host._apis.forEach((target) =>
      KINDS.forEach((name, kind) => {
        const native = target[name];
        if (typeof native !== 'function' || native[MARK]) return;
        const restore = replace(target, name, wrapperOf(native, kind));
        if (restore) undo.unshift(restore);
        else refused();
      })
    );

  return { _apply: apply, _wrap: wrapperOf, _stop: () => undo.splice(0).forEach((restore) => restore()) };
}
