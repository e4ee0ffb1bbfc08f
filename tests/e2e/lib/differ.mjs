// Runs files of cases (../cases/) on a page without the agent and on a page with it. What each case returned in the page, and
// what the server heard, trace headers aside, must be equal. So no expectation is written down that a browser could refute, and
// the same file runs in any browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openSite } from './site.mjs';

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/;
// How long events may take to arrive after the page's last case.
const PATIENCE = 20_000;
const OURS = new Set(['traceparent', 'tracestate']);

const cors = (request) => ({
  'access-control-allow-origin': request.headers.origin ?? '*',
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers': request.headers['access-control-request-headers'] ?? 'x',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, PATCH',
});

// Paths are /api/MODE/CASE/WHAT; WHAT selects the answer.
const ANSWERS = {
  slow: () => {},
  hole: (request) => request.socket.destroy(),
  redirect: (_request, response, url) => response.writeHead(302, { location: url.pathname.replace('redirect', 'target') }).end(),
  204: (_request, response) => response.writeHead(204).end(),
  304: (_request, response) => response.writeHead(304).end(),
  404: (_request, response) => response.writeHead(404).end('gone'),
  500: (_request, response) => response.writeHead(500).end('oh'),
  wasm: (_request, response) => response.writeHead(200, { 'content-type': 'application/wasm' }).end(Buffer.from('0061736d01000000', 'hex')),
  refused: (_request, response) => response.writeHead(200, { 'access-control-allow-origin': 'http://nobody.test' }).end('secret'),
  events: (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  },
};

function answer(closed) {
  return (request, response, body, url) => {
    const [, api, mode, number, what] = url.pathname.split('/');
    if (api !== 'api' || !/^\d+$/.test(number)) return false;
    for (const [name, value] of Object.entries(cors(request))) response.setHeader(name, value);
    response.on('close', () => closed.push(url.pathname));
    if (request.method === 'OPTIONS') response.writeHead(204).end();
    else if (ANSWERS[what]) ANSWERS[what](request, response, url);
    else if (what === 'closed') response.end(String(closed.includes(`/api/${mode}/${number}/events`)));
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(`${request.method} ${body}`);
    return true;
  };
}

// `visit(url)` opens a page and resolves with what `runAll()` returned there. `config`: the agent's configuration.
export async function differ(files, visit, config = { tracing: true }) {
  const scripts = [];
  for (const name of ['harness.js', ...files]) scripts.push(await readFile(new URL(`../cases/${name}`, import.meta.url), 'utf8'));
  const closed = [];
  const site = await openSite({ serve: answer(closed) });
  const other = await openSite({ serve: answer(closed) });
  const body = `<script>${scripts.join('\n')}</script><script>
    var finished = runAll(${JSON.stringify(other.origin)});
    finished.then((results) => fetch('/finished', { method: 'POST', body: JSON.stringify(results) }));
  </script>`;
  const finished = {};
  const reported = (one) => site.events().filter((event) => event.url.includes(`/api/agent/${one.number}/`));
  // True when the page has finished and all its events have arrived, which wait for the browser's measurements. After PATIENCE it
  // is true anyway: the cases whose events are missing then fail.
  let ended;
  const complete = () => {
    if (!finished.agent) return false;
    ended ??= Date.now();
    return Date.now() - ended > PATIENCE || finished.agent.every((one) => reported(one).length >= (one.events?.length ?? 0));
  };
  site.routes['/finished'] = (request, response, text) => {
    finished[new URL(request.headers.referer).pathname.slice(1)] = JSON.parse(text);
    response.end();
  };
  const headers = { 'referrer-policy': 'unsafe-url' };
  for (const mode of ['bare', 'agent']) {
    site.page('/' + mode, { config: mode === 'agent' ? { pid: 'differ', endpoint: '/rum', ...config } : null, body, headers });
    await visit(`${site.origin}/${mode}`, mode === 'agent' ? complete : () => finished[mode]);
  }
  const agentCases = finished.agent;

  // What both servers heard in one case, in order: requests without their trace headers, and the trace headers separately.
  const heard = (mode, number) => {
    const traces = [];
    const requests = [site, other].flatMap((server, which) =>
      server.requests
        .filter((request) => request.path.startsWith(`/api/${mode}/${number}/`) && !request.path.endsWith('/closed'))
        .map((request) => {
          const own = [];
          const ours = [];
          for (let i = 0; i < request.raw.length; i += 2) {
            const [name, value] = request.raw.slice(i, i + 2);
            if (OURS.has(name.toLowerCase())) ours.push([name, value]);
            else own.push(`${name}: ${value}`.split(`/${mode}`).join('/MODE'));
          }
          traces.push(ours);
          return [which, request.method, request.path.replace(`/${mode}/`, '/MODE/'), own.sort(), request.body];
        })
    );
    return { requests, traces };
  };
  await site.close();
  await other.close();

  return agentCases.map((one, i) => ({
    ...one,
    plain: finished.bare[i],
    heard: (mode) => heard(mode, one.number),
    reported: reported(one),
  }));
}

// Defines one test per case.
export function check(browser, results) {
  for (const one of results) {
    test(`${one.name} (${browser})`, () => {
      assert.doesNotMatch(String(one.plain.value), /the case itself failed/, 'without the agent');
      assert.deepEqual(one.value, one.plain.value, 'what the page saw');
      const [plain, agent] = [one.heard('bare'), one.heard('agent')];
      const once = (list) => (one.repeats ? [...new Set(list.map((request) => JSON.stringify(request)))] : list);
      assert.deepEqual(once(agent.requests), once(plain.requests), 'what the server heard');
      if (one.traced !== 'own') {
        const parents = agent.traces.map((of) => of.filter(([name]) => name === 'traceparent').map(([, value]) => value));
        for (const [i, [which]] of agent.requests.entries()) {
          if (one.traced && which === 0) {
            assert.equal(parents[i].length, 1, 'one traceparent a request');
            assert.match(parents[i][0], TRACEPARENT);
          } else assert.deepEqual(agent.traces[i], [], 'no trace header');
        }
        // A redirected request carries the same headers again, so spans are counted once.
        const spans = new Set(parents.flat());
        if (one.traced !== 'all') assert.equal(spans.size, one.traced, 'each call its own span');
      }
      if (one.events) {
        assert.equal(one.reported.length, one.events.length, `events: ${JSON.stringify(one.reported)}`);
        // Events are sent in the order in which the browser measured them; `events` is in the order of the calls.
        one.reported.sort((a, b) => a.timestamp - b.timestamp);
        one.events.forEach((wanted, i) => {
          for (const [key, value] of Object.entries(wanted)) assert.equal(one.reported[i][key], value, `${key} of event ${i}`);
        });
      }
    });
  }
}
