// One request without a trace.

import { el } from '../dom.js';
import { clock } from '../format.js';
import { gateway as gatewayAt } from '../gateway.js';
import { fill } from './fill.js';
import { backTo, head, nothing } from './parts.js';
import { requestFacts } from './request-facts.js';
import { address } from './route.js';

/** @type {ViewPage} */
export const requestPage = {
  name: 'request',
  under: 'requests',
  open({ id }, main) {
    const gateway = gatewayAt('');
    const content = el('div', {});
    main.append(backTo('requests', 'Requests'), content);
    return {
      async refresh() {
        const request = await gateway.request(id);
        if (!request) {
          fill(content, [head('Request not stored'), nothing('It is not here', 'The gateway keeps the newest requests only.')]);
          return;
        }
        const { event } = request;
        const name = event.name ?? event.url ?? '(no name)';
        document.title = `${name} · Tracebeam gateway`;
        const link =
          event.trace_id &&
          el('a', { href: address('trace', event.trace_id), text: event.has_span ? 'Open its trace' : 'Look for its trace' });
        fill(
          content,
          [head(name, el('span', { class: 'muted', text: clock(event.timestamp_ms) }), link), requestFacts(request)],
          JSON.stringify(request)
        );
      },
    };
  },
};
