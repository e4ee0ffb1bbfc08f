// What an agent costs a page at its start. Once `npm ci --prefix benches/peers`, then:
// `node benches/start/run.mjs [--rounds N] [--only ROW,ROW] [--agents NAME,NAME] [NAME=PATH …]`, where NAME=PATH adds another
// build of ours.
//
// Rounds alternate between the agents, in one browser, so that a busy machine slows all alike. Figures are medians with quartiles,
// read from Chromium's own trace of the page's main thread; CPU means the thread's CPU time, so other processes count little.

import { once } from 'node:events';
import http from 'node:http';
import { parseArgs } from 'node:util';
import { launch } from '../../tests/e2e/lib/chromium.mjs';
import { agents } from './agents.mjs';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '12' }, only: { type: 'string', default: '' }, agents: { type: 'string', default: '' } },
  allowPositionals: true,
});
const ROUNDS = +values.rounds;
const all = await agents(positionals);
const names = Object.keys(all).filter((name) => name === 'none' || !values.agents || values.agents.split(',').includes(name));

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const TAIL = `<p>A page</p>`;
// The request that a page makes right behind the tag.
const REQUEST = { fetch: `fetch('/api/first').then((response) => response.text());` };

// By the agent: how many requests carried its header, and how many did not.
const injected = new Map(names.map((name) => [name, { yes: 0, no: 0 }]));
// By the agent: how many reports came.
const sinks = new Map();

const server = http.createServer(async (request, response) => {
  for await (const _ of request);
  const { pathname, searchParams } = new URL(request.url, 'http://site');
  const referrer = new URL(request.headers.referer || 'http://site/none');
  const name = searchParams.get('agent') || referrer.searchParams.get('agent') || referrer.pathname.split('/')[2];
  if (pathname.startsWith('/page/')) {
    const [, , agent, kind] = pathname.split('/');
    const { head, script } = all[agent];
    const tag = script && `<script src="/agent/${agent}.js"></script>`;
    const inline = kind === 'request' ? `<script>${REQUEST.fetch}\n//# sourceURL=first.js\n</script>` : '';
    const html = `<!doctype html><html><head><meta charset="utf-8"><title>bench</title>${head}${tag}${inline}</head><body>${TAIL}</body></html>`;
    return response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  }
  if (pathname.startsWith('/agent/')) {
    const { script } = all[pathname.slice(7, -3)];
    return response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'max-age=86400' }).end(script);
  }
  if (pathname.startsWith('/api/')) {
    const { sent } = all[name] || {};
    if (sent) injected.get(name)[request.headers[sent] ? 'yes' : 'no']++;
    return response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
  }
  if (request.method === 'POST') sinks.set(name, (sinks.get(name) || 0) + 1);
  response
    .writeHead(pathname === '/favicon.ico' ? 204 : 200, { 'content-type': 'application/json' })
    .end(pathname === '/favicon.ico' ? '' : '{}');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await launch();
const devtools = await browser.newBrowserCDPSession();
const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8', 'loading', 'blink.user_timing'];

// Runs `work` and returns the trace's events.
async function traced(work) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  devtools.on('Tracing.dataCollected', collect);
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES, excludedCategories: ['*'] },
  });
  await work();
  const done = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await done;
  devtools.off('Tracing.dataCollected', collect);
  return events;
}

// What the trace says of the last load of `url`: the agent's script, the inline request, and all tasks until `until` ms after load.
function read(events, agent, url) {
  const scripts = events.filter((e) => e.name === 'EvaluateScript' && e.ph === 'X');
  const ms = (list, key) => list.reduce((sum, e) => sum + (e[key] || 0), 0) / 1000;
  const own = scripts.filter((e) => e.args.data.url.includes(`/agent/${agent}.js`));
  const request = scripts.filter((e) => e.args.data.url.includes('first.js') || (e.args.data.url === url && e.args.data.lineNumber > 0));
  const commit = events.filter((e) => e.name === 'navigationStart' && e.args.data?.documentLoaderURL === url).pop();
  const load =
    commit &&
    events.find(
      (e) =>
        e.name === 'loadEventEnd' && e.pid === commit.pid && e.ts > commit.ts && (!commit.args.frame || e.args.frame === commit.args.frame)
    );
  const tasks = (after) => {
    const limit = load.ts + after * 1000;
    const run = events.filter(
      (e) => e.name === 'RunTask' && e.ph === 'X' && e.pid === load.pid && e.tid === load.tid && e.ts > commit.ts && e.ts < limit
    );
    return ms(run, 'tdur');
  };
  return {
    script: ms(own, 'tdur'),
    wall: ms(own, 'dur') + ms(request, 'dur'),
    request: ms(request, 'dur'),
    tasks,
    seen: own.length,
    ok: !!load,
  };
}

async function visit(context, agent, kind, { loads = 1, slow = 1, settle = 300 } = {}) {
  const page = await context.newPage();
  const url = `${origin}/page/${agent}/${kind}`;
  if (slow > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slow });
  for (let i = 1; i < loads; i++) {
    await page.goto(url);
    await wait(settle);
  }
  const events = await traced(async () => {
    await page.goto(url);
    await wait(settle);
  });
  await page.close();
  return read(events, agent, url);
}

const ROWS = {
  cold: { text: 'start-up CPU of the script, cold, ms', kind: 'quiet', take: (seen) => seen.script },
  warm: { text: 'the same, fourth load, ms', kind: 'quiet', loads: 4, take: (seen) => seen.script },
  slow: { text: 'the same, cold, CPU four times slower, ms', kind: 'quiet', slow: 4, settle: 1000, take: (seen) => seen.script },
  page: { text: 'page load + 200 ms, CPU added, no request, ms', kind: 'quiet', take: (seen) => seen.tasks(200), added: true },
  request: { text: 'tag and a request behind it, wall added, cold, ms', kind: 'request', take: (seen) => seen.wall, added: true },
  again: { text: 'the same, fourth load, ms', kind: 'request', loads: 4, take: (seen) => seen.wall, added: true },
  five: { text: 'CPU to 5 s with that request, added, ms', kind: 'request', settle: 5300, take: (seen) => seen.tasks(5000), added: true },
  idle: { text: 'CPU to 5 s without a request, added, ms', kind: 'quiet', settle: 5300, take: (seen) => seen.tasks(5000), added: true },
};

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const quartiles = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return [0.5, 0.25, 0.75].map((share) => at(sorted, share));
};

const wanted = values.only ? values.only.split(',') : Object.keys(ROWS);
const results = {};
for (const row of wanted) {
  const { kind, take, added, text, ...options } = ROWS[row];
  const found = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      if (name === 'none' && !added) continue;
      const context = await browser.newContext();
      const seen = await visit(context, name, kind, options);
      await context.close();
      if (seen.ok && (name === 'none' || seen.seen)) found[name].push(take(seen));
    }
  }
  const floor = added ? quartiles(found.none)[0] : 0;
  const cells = names
    .filter((name) => name !== 'none')
    .map((name) => {
      const [median, low, high] = quartiles(found[name]).map((value) => value - floor);
      results[row] = { ...results[row], [name]: median };
      return `${name} ${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)}, n=${found[name].length})`;
    });
  const { skywalking, vendor } = results[row];
  const ratios = Object.entries(results[row])
    .map(([name, median]) => `${name} ×${(median / skywalking).toFixed(2)} sw` + (vendor ? ` ×${(median / vendor).toFixed(2)} v` : ''))
    .filter((text) => !/^(sky|ven|open)/.test(text));
  console.log(`${text}${added ? ` (none: ${floor.toFixed(2)})` : ''}\n  ${cells.join('\n  ')}\n  → ${ratios.join('; ')}`);
}
for (const [name, { yes, no }] of injected)
  if (all[name].sent) console.log(`${name}: ${yes} requests with ${all[name].sent}, ${no} without; ${sinks.get(name) || 0} reports`);
await browser.close();
server.closeAllConnections();
server.close();
