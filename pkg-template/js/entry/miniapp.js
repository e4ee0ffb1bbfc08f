// A mini-program's package: the shell, and the core as JavaScript, which is there at once.

import { core } from 'tracebeam-core-javascript';
import { attach } from '../miniapp/attach.js';

module.exports = attach((host, use) => use(core()));
