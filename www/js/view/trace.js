// One trace: the waterfall of its spans, and what the page said of its requests.

import { byId, el } from '../dom.js';
import { clock, nanosToMs } from '../format.js';
import { gateway as gatewayAt } from '../gateway.js';
import { waterfall } from '../waterfall.js';
import { fill } from './fill.js';
import { backTo, head, nothing } from './parts.js';
import { requestFacts } from './request-facts.js';

/** @type {ViewPage} */
export const tracePage = {
  name: 'trace',
  under: 'requests',
  open({ id }, main) {
    const gateway = gatewayAt('');
    const title = el('div', {});
    const chart = el('section', { class: 'card detail', 'aria-label': 'Spans' });
    const reported = el('div', {});
    main.append(backTo('requests', 'Requests'), title, chart, reported);
    let announced = false;

    return {
      async refresh() {
        const [trace, { requests }] = await Promise.all([
          gateway.trace(id),
          gateway.requests(new URLSearchParams({ trace_id: id, limit: '20' })),
        ]);
        if (!trace) {
          fill(title, [head('Trace not stored', el('code', { class: 'muted', text: id }))]);
          fill(chart, [nothing('No span of this trace is stored', 'The gateway keeps the newest traces only.')]);
        } else {
          const name = trace.root_name || '(no name)';
          document.title = `${name} · Tracebeam gateway`;
          fill(title, [
            head(
              name,
              el('span', { class: 'muted', text: clock(nanosToMs(trace.start_unix_nano)) }),
              el('code', { class: 'muted trace-id', text: id })
            ),
          ]);
          fill(chart, [waterfall(trace)], JSON.stringify(trace));
          if (!announced) byId('announce').textContent = `Trace ${name} from ${trace.services.join(', ')}`;
          announced = true;
        }
        fill(reported, requests.map(requestFacts), JSON.stringify(requests));
      },
    };
  },
};
