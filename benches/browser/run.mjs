// The time that the agent adds to a call, beside a page without it: `cargo xtask bench`. Two figures a kind of call:
// the synchronous part of the call, and the whole CPU time of the page's main thread for it, deferred work and the
// sending of the events included. Rounds alternate, so that a busy machine slows both alike. A second table has the
// synchronous part where the native function answers at once: what is the agent's own, without the browser's noise.

import { readFile } from 'node:fs/promises';
import { launch } from '../../tests/e2e/lib/chromium.mjs';
import { openSite } from '../../tests/e2e/lib/site.mjs';

const ROUNDS = 8;
const CALLS = 100;

// An isolated page has the finer clock.
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

const html = await readFile(new URL('calls.html', import.meta.url), 'utf8');
const site = await openSite({
  routes: { '/api/bench': (_request, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok') },
});
const browser = await launch({ args: ['--js-flags=--no-lazy-feedback-allocation'] });

// No network below the agent.
const ANSWERED = `<script>{ const answer = Promise.resolve(new Response()); window.fetch = function fetch() { return answer; }; }</script>`;

async function open(path, config, before = '') {
  const page = await browser.newPage();
  await page.goto(site.page(path, { config, before, head: html, headers: ISOLATED }));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const cpu = async () => (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1e6;
  return { page, cpu };
}

const pages = { without: await open('/without', null), with: await open('/with', { pid: 'bench', endpoint: '/rum', tracing: true }) };
const lowest = (values) => Math.min(...values);
const kinds = await pages.with.page.evaluate('kinds');
console.log(`${'µs a call'.padEnd(22)}${['sync', 'sync +', 'ratio', 'CPU', 'CPU +', 'ratio'].map((text) => text.padStart(9)).join('')}`);
for (const kind of kinds) {
  const sync = { without: [], with: [] };
  const whole = { without: [], with: [] };
  for (const name of ['without', 'with']) await pages[name].page.evaluate(([kind, calls]) => send(kind, calls), [kind, 3 * CALLS]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['without', 'with']) {
      const { page, cpu } = pages[name];
      sync[name].push(await page.evaluate(([kind, calls]) => measure(kind, 5, calls), [kind, CALLS / 4]));
      const before = await cpu();
      await page.evaluate(([kind, calls]) => send(kind, calls).then(() => window.tracebeam && tracebeam.flush()), [kind, CALLS]);
      whole[name].push(((await cpu()) - before) / CALLS);
    }
    site.bundles.length = 0;
    site.requests.length = 0;
  }
  const row = [sync, whole].flatMap(({ without, with: withAgent }) => {
    const [bare, ours] = [lowest(without), lowest(withAgent)];
    return [bare.toFixed(1), (ours - bare).toFixed(1), `${(ours / bare).toFixed(2)}x`];
  });
  console.log(`${kind.padEnd(22)}${row.map((text) => text.padStart(9)).join('')}`);
}

const own = {
  without: await open('/own-without', null, ANSWERED),
  off: await open('/own-off', { pid: 'bench', endpoint: '/rum' }, ANSWERED),
  on: await open('/own-on', { pid: 'bench', endpoint: '/rum', tracing: true }, ANSWERED),
};
console.log(`\n${'its own µs a call'.padEnd(22)}${['tracing off', 'tracing on'].map((text) => text.padStart(13)).join('')}`);
for (const kind of kinds.filter((kind) => kind.startsWith('fetch'))) {
  const times = { without: [], off: [], on: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { page }] of Object.entries(own))
      times[name].push(await page.evaluate(([kind, calls]) => measure(kind, 5, calls), [kind, CALLS / 2]));
  }
  const [bare, off, on] = Object.values(times).map(lowest);
  console.log(`${kind.padEnd(22)}${[off, on].map((time) => (time - bare).toFixed(1).padStart(13)).join('')}`);
}
await browser.close();
await site.close();
