// The same for CommonJS, which cannot say where it lies: the application does.

import { load } from 'tracebeam-lazy';
import { external } from '../load/external.js';
import { facadeOf } from '../browser/facade.js';

const missing = () => Promise.reject(new Error('init(config, { wasm }) wants the address of tracebeam.wasm'));

export default facadeOf(external(load, missing));
