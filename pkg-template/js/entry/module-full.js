// The package in one file, both cores in it: for bundlers that make one file and cannot split it.

import { withFallback } from '../load/fallback.js';
import { instantiate } from '../load/nowasm.js';
import { facadeOf } from '../browser/facade.js';

export default facadeOf(withFallback(instantiate));
