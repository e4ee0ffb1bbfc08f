// The shell alone: the core is a file beside it.

import { instantiate } from '../core/hosted.js';
import { attach } from '../miniapp/attach.js';

module.exports = attach(instantiate);
