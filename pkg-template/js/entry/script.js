// The script tag: reads the page's configuration, starts at once, leaves `tracebeam`. In a worker by importScripts.

import { beside } from '../load/beside.js';
import { withFallback } from '../load/fallback.js';
import { attach } from '../browser/attach.js';
import { settingsOf } from '../browser/settings.js';

try {
  self.tracebeam = attach(self, withFallback(beside(self)), settingsOf(self));
} catch (error) {
  console.warn('[tracebeam] not started:', error);
}
