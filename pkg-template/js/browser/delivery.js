// Where a browser's batches lie, and how they leave.

import { baseOf } from '../pump.js';
import { storageOf } from './storage.js';
import { transportOf } from './transport.js';

// `made`: what the engine made of the configuration.
export const deliveryOf = (scope, [endpoint, , otlp, gzip, pid]) => ({
  _storage: (later) => storageOf(scope, baseOf(otlp, pid), later),
  _send: transportOf(scope, endpoint, otlp, gzip),
});
