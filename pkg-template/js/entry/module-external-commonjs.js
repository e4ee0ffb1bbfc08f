// As module-external.js, for CommonJS. A CommonJS module does not know its own address, so the application names the file.

import { load } from 'tracebeam-lazy';
import { external } from '../load/external.js';
import { facadeOf } from '../browser/facade.js';

const missing = () => Promise.reject(new Error('init(config, { wasm }) wants the address of tracebeam.wasm'));

export default facadeOf(external(load, missing));
