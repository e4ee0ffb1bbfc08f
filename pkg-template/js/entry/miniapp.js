// A mini-program's package with the core as JavaScript, which is ready at once.

import { core } from 'tracebeam-core-javascript';
import { miniappApi } from '../miniapp/api.js';

module.exports = miniappApi((host, use) => use(core()));
