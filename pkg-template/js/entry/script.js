// The script tag: reads window.__rum, starts at once, leaves window.tracebeam.

import { instantiate } from '../core/instance.js';
import { start } from '../agent.js';

const scope = window;
const api = { version: __VERSION__, flush() {}, stop() {} };
try {
  if (!scope.tracebeam) Object.assign(api, start(scope, instantiate(), scope.__rum));
} catch (error) {
  scope.console.warn('[tracebeam] not started:', error);
}
scope.tracebeam = scope.tracebeam || api;
