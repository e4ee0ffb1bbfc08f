// A mini-program's package without the core, which is a file beside it.

import { instantiate } from '../load/hosted.js';
import { miniappApi } from '../miniapp/api.js';

module.exports = miniappApi(instantiate);
