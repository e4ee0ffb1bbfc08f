// The package without WebAssembly.

import { instantiate } from '../load/nowasm.js';
import { facadeOf } from '../browser/facade.js';

export default facadeOf(instantiate);
