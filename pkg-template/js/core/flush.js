// flush(): everything is sent, together with what the browser has already measured and what it measures within a moment.

import { SIGNAL_FLUSH, WORD_TICK } from './door.js';
import { left } from './listener.js';
import { unzoned } from './unzoned.js';

// A flush waits this long for bodies that are being read, and for `evaluateApi`, in milliseconds.
const FLUSH_WAIT = 1000;

/**
 * @param {any} scope
 * @param {import('./line.js').Line} line
 * @param {import('./pump.js').Pump} pump
 * @param {() => void} collect Takes what the browser has measured so far.
 */
export function flushOf(scope, line, pump, collect) {
  const setTimeout = unzoned(scope, 'setTimeout');
  let hurry = false;

  const waits = () => line._note(WORD_TICK, '', 0, line._now());

  const leave = () => {
    hurry = false;
    line._note(WORD_TICK, '', 0, Infinity);
    pump._signal(SIGNAL_FLUSH);
    if (__RUST__) left();
  };

  return {
    _flush() {
      collect();
      if (!waits()) return leave();
      if (!hurry) setTimeout.call(scope, () => hurry && leave(), FLUSH_WAIT);
      hurry = true;
    },
    // A measurement has arrived, or time has passed: the events that waited for it can leave.
    _advance() {
      line._guarded(pump._pump);
      if (hurry && !waits()) leave();
    },
  };
}
