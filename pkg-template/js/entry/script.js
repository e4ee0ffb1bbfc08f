// The script tag, or importScripts in a worker: reads the page's configuration, starts at once, and sets `self.tracebeam`.

import { beside } from '../load/beside.js';
import { withFallback } from '../load/fallback.js';
import { attach } from '../browser/attach.js';
import { settingsOf } from '../browser/settings.js';

try {
  self.tracebeam = attach(self, withFallback(beside(self)), settingsOf(self));
} catch (error) {
  console.warn('[tracebeam] not started:', error);
}
