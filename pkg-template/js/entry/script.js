// The script tag: reads __rum, starts at once, leaves `tracebeam`. In a worker by importScripts.

import { instantiate } from '../core/instance.js';
import { attach } from '../attach.js';

try {
  self.tracebeam = attach(self, instantiate, self.__rum);
} catch (error) {
  console.warn('[tracebeam] not started:', error);
}
