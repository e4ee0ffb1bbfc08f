// The script tag where there is no WebAssembly, or a Content-Security-Policy without 'wasm-unsafe-eval'.

import { instantiate } from '../load/nowasm.js';
import { attach } from '../browser/attach.js';
import { settingsOf } from '../browser/settings.js';

try {
  self.tracebeam = attach(self, instantiate, settingsOf(self));
} catch (error) {
  console.warn('[tracebeam] not started:', error);
}
