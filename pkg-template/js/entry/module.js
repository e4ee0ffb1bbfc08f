// The package with the module inside. The JavaScript core is a file of its own, loaded only when it is needed.

import { load } from 'tracebeam-lazy';
import { withFallback } from '../load/fallback.js';
import { facadeOf } from '../browser/facade.js';

export default facadeOf(withFallback(load));
