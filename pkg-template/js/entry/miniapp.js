// A mini-program's package: the shell, and the core as JavaScript, which is there at once.

import { core } from 'tracebeam-core-javascript';
import { miniappApi } from '../miniapp/api.js';

module.exports = miniappApi((host, use) => use(core()));
