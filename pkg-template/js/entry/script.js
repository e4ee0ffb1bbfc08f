// The script tag: reads the page's configuration, starts at once, leaves `tracebeam`. In a worker by importScripts.

import { instantiate } from '../load/instance.js';
import { attach } from '../browser/attach.js';
import { settingsOf } from '../browser/settings.js';

try {
  self.tracebeam = attach(self, instantiate, settingsOf(self));
} catch (error) {
  console.warn('[tracebeam] not started:', error);
}
