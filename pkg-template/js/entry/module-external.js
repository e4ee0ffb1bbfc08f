// The package with the module in a file of its own. Bundlers recognise `new URL(…, import.meta.url)`.

import { load } from 'tracebeam-lazy';
import { external } from '../load/external.js';
import { facadeOf } from '../browser/facade.js';

export default facadeOf(external(load, () => new URL('./tracebeam.wasm', import.meta.url)));
