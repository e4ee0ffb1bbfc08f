// The package without WebAssembly.

import { alone } from '../load/nowasm.js';
import { facadeOf } from '../browser/facade.js';

export default facadeOf(alone);
