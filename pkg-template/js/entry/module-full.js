// The package in one file with both cores, for bundlers that cannot split their output.

import { withFallback } from '../load/fallback.js';
import { instantiate } from '../load/nowasm.js';
import { facadeOf } from '../browser/facade.js';

export default facadeOf(withFallback(instantiate));
