// The package in one file, both cores in it: for bundlers that make one file and cannot split it.

import { withFallback } from '../core/fallback.js';
import { instantiate } from '../core/nowasm.js';
import { facadeOf } from '../facade.js';

export default facadeOf(withFallback(instantiate));
