// Runs a case in every engine and on every host that it names, with real servers.

import { after, test } from 'node:test';
import { sentWith } from '../../e2e/lib/site.mjs';
import { App, ENGINES } from './app.mjs';
import { HOSTS } from './hosts.mjs';
import { endpoint, site } from './server.mjs';

export const ALL = Object.keys(HOSTS);

// The first lines of an application's file: names for what differs between hosts.
export const prelude = (host) => {
  const { api, functions, headers, status } = HOSTS[host];
  return `var api = ${api}, request = '${functions[0]}', HEADERS = '${headers}';
    function statusOf(r) { return r.${status[0]}; }
    function call(options, name) { return api[name || request](options); }
    var tracebeam = require('tracebeam');`;
};

const servers = [];
after(() => Promise.all(servers.map((server) => server.close())));

export async function scene(engine, host, { reply, ...options } = {}) {
  const [pages, rum] = await Promise.all([site(), endpoint(reply)]);
  servers.push(pages, rum);
  const launch = (more = {}) => {
    const app = new App(engine, host, { ...options, ...more });
    apps.push(app);
    const init = (config = {}) => {
      const { functions: _, ...members } = config;
      const all = {
        pid: 'shop',
        endpoint: `${rum.url}/rum`,
        tracing: { allowedUrls: [pages.url] },
        reportConfig: { flushTime: 0 },
        ...members,
      };
      return `tracebeam.init(Object.assign(${JSON.stringify(all)}, ${config.functions || '{}'}));`;
    };
    // Runs the application's code after the prelude.
    const run = (code) => app.run(prelude(host) + code);
    const start = (config, code = '') => run(init(config) + code);
    return Object.assign(app, { init, start, code: run });
  };
  const apps = [];
  const events = async (count = 1) => {
    await apps.at(-1).until(() => rum.events().length >= count, `${count} events, there are ${JSON.stringify(rum.events())}`);
    // The header as it was sent stands in `trace_data`.
    return rum.events().map((event) => ({ ...event, traceparent: sentWith(event).traceparent }));
  };
  return { site: pages, rum, launch, events, end: () => apps.forEach((app) => app.kill()) };
}

// Defines a test that calls `work(scene, host)`, for each engine and host.
export function everywhere(name, hosts, work, options = {}) {
  for (const engine of Object.keys(ENGINES)) {
    for (const host of hosts) {
      test(`${engine} ${host}: ${name}`, { timeout: 60_000 }, async () => {
        const made = await scene(engine, host, options);
        try {
          await work(made, host);
        } finally {
          made.end();
        }
      });
    }
  }
}
