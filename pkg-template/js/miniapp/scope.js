// The few globals that the agent needs and every host has. None is read through a global object, which some hosts lack.

export function scopeOf() {
  let last = 0;
  let ahead = 0;
  return {
    console,
    Date,
    JSON,
    Promise,
    Map,
    setTimeout: (/** @type {() => void} */ work, /** @type {number} */ ms) => setTimeout(work, ms),
    clearTimeout: (/** @type {any} */ timer) => clearTimeout(timer),
    performance: {
      // Never goes back, even if the user sets the clock. `wx.getPerformance().now()` is in another unit on devices.
      now() {
        const date = Date.now();
        if (date + ahead < last) ahead = last - date;
        return (last = date + ahead);
      },
    },
  };
}
