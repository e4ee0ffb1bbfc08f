// Randomness. No host has a generator that answers at once, and most have none: ids begin from what there is, well mixed by
// the engine, and go on from the host's generator where it answers. They need to differ, not to be secret.

const DRAWS = 8;
const BYTES = 256;

// A text to seed from: several draws, the time, and what was stored at the first launch, in which no two devices agree.
export function weakSeed(install) {
  let seed = install + Date.now();
  for (let i = 0; i < DRAWS; i++) seed += Math.random();
  return seed;
}

// Calls `feed(bytes)` when the host's generator has answered.
export function askHost({ _api: api }, feed) {
  try {
    if (typeof api.getRandomValues !== 'function') return;
    api.getRandomValues({
      length: BYTES,
      success(result) {
        try {
          // Of any realm: its constructor would not know it, its bytes are what they are.
          feed(new Uint8Array(result.randomValues));
        } catch (_) {
          // The seed must do.
        }
      },
      fail() {},
    });
  } catch (_) {
    // Likewise.
  }
}
