// The package with the module in a file of its own. Bundlers know this way of naming a file beside one.

import { load } from 'tracebeam-lazy';
import { external } from '../core/external.js';
import { facadeOf } from '../facade.js';

export default facadeOf(external(load, () => new URL('./tracebeam.wasm', import.meta.url)));
