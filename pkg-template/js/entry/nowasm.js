// The script tag for pages without WebAssembly, or with a Content-Security-Policy without 'wasm-unsafe-eval'. If tracebeam.js has
// loaded this script, it only hands over its core.

import { waiting } from '../load/beside.js';
import { alone, instantiate } from '../load/nowasm.js';
import { attach } from '../browser/attach.js';
import { settingsOf } from '../browser/settings.js';

try {
  const offer = waiting(self);
  if (offer) offer(instantiate);
  else self.tracebeam = attach(self, alone, settingsOf(self));
} catch (error) {
  console.warn('[tracebeam] not started:', error);
}
