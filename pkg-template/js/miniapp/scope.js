// What the agent takes from the realm: the few names that every host has, none of them through a global object.

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
      // Never goes back when the user sets the clock. `wx.getPerformance().now()` counts in another unit on devices.
      now() {
        const date = Date.now();
        if (date + ahead < last) ahead = last - date;
        return (last = date + ahead);
      },
    },
  };
}
