// The application will have everything sent: what the browser has already measured goes along, and what is measured
// within a moment.

import { SIGNAL_FLUSH, WORD_TICK } from './door.js';
import { left } from './listener.js';
import { unzoned } from './unzoned.js';

// How long a flush waits for bodies that are being read, and for `evaluateApi`, in milliseconds.
const FLUSH_WAIT = 1000;

/**
 * @param {any} scope
 * @param {import('./line.js').Line} line
 * @param {import('./pump.js').Pump} pump
 * @param {() => void} collect Takes what the browser has measured.
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
    // A measurement has come, or time has passed: what waited for it can go.
    _settled() {
      line._guarded(pump._pump);
      if (hurry && !waits()) leave();
    },
  };
}
