// The script tag where there is no WebAssembly, or a Content-Security-Policy without 'wasm-unsafe-eval'. Where tracebeam.js
// has asked for it, it gives its core and nothing else.

import { waiting } from '../load/beside.js';
import { instantiate } from '../load/nowasm.js';
import { attach } from '../browser/attach.js';
import { settingsOf } from '../browser/settings.js';

try {
  const offer = waiting(self);
  if (offer) offer(instantiate);
  else self.tracebeam = attach(self, instantiate, settingsOf(self));
} catch (error) {
  console.warn('[tracebeam] not started:', error);
}
