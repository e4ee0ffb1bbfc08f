// The same interface, with the core as WebAssembly.

import tracebeam = require('./index');
export = tracebeam;
