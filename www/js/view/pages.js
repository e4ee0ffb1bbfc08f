// The pages of the view. A page with a title is in the navigation, in this order.

import { requestPage } from './request.js';
import { requestsPage } from './requests.js';
import { sessionPage } from './session.js';
import { sessionsPage } from './sessions.js';
import { topologyPage } from './topology.js';
import { tracePage } from './trace.js';
import { tracesPage } from './traces.js';

/** @type {ViewPage[]} */
export const PAGES = [requestsPage, tracesPage, sessionsPage, topologyPage, requestPage, tracePage, sessionPage];
