// Where a browser's batches lie, and how they leave.

import { prefixOf } from '../core/pump.js';
import { storageOf } from './storage.js';
import { transportOf } from './transport.js';

/**
 * @param {any} scope
 * @param {import('../core/door.js').Configured} configured
 */
export const deliveryOf = (scope, configured) => ({
  _storage: (/** @type {(work: () => void, ms: number) => number} */ later) =>
    storageOf(scope, prefixOf(configured._otlp, configured._pid), later),
  _send: transportOf(scope, configured),
});
