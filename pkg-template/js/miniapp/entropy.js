// Randomness. No host has a generator that answers at once, and most have none: ids begin from what there is, well mixed by
// the engine, and go on from the host's generator where it answers. They need to differ, not to be secret.

import { callHost } from './call.js';

const DRAWS = 8;
const BYTES = 256;

// A text to seed from: several draws, the time, and the stored id of this installation, which no two devices share.
export function weakSeed(/** @type {string} */ install) {
  let seed = install + Date.now();
  for (let i = 0; i < DRAWS; i++) seed += Math.random();
  return seed;
}

/**
 * Calls `use` when the host's generator has answered.
 * @param {import('./hosts.js').Host} host
 * @param {(bytes: Uint8Array) => void} use
 */
export function askHost({ _api: api }, use) {
  callHost(api, 'getRandomValues', {
    length: BYTES,
    success(/** @type {any} */ result) {
      try {
        // The buffer may be of another realm: an instance check would fail.
        use(new Uint8Array(result.randomValues));
      } catch (_) {
        // The seed must do.
      }
    },
    fail() {},
  });
}
