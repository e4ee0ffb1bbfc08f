// The package: the module within it, and its JavaScript core in a file that is loaded only where it is needed.

import { load } from 'tracebeam-lazy';
import { withFallback } from '../load/fallback.js';
import { facadeOf } from '../browser/facade.js';

export default facadeOf(withFallback(load));
