// The package without WebAssembly.

import { instantiate } from '../core/nowasm.js';
import { facadeOf } from '../facade.js';

export default facadeOf(instantiate);
