// Randomness for ids, which must differ but need not be secret. No host has a synchronous generator, and most have none. So ids
// are derived from a weak seed, which the engine mixes, until the host's generator has answered.

import { callHost } from './call.js';

const DRAWS = 8;
const BYTES = 256;

// A text to seed from: several draws of Math.random, the time, and the stored id of this installation, which differs per device.
export function weakSeed(/** @type {string} */ install) {
  let seed = install + Date.now();
  for (let i = 0; i < DRAWS; i++) seed += Math.random();
  return seed;
}

/**
 * Asks the host's generator, and passes its bytes to `use`.
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
        // The seed stays in use.
      }
    },
    fail() {},
  });
}
