// Next.js with the app router: on the server the agent does nothing, in the browser it traces.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, openSite } from '../e2e/lib/site.mjs';
import { close, install, MODULES, open, project, SETTINGS, SLOW, start, traced } from './lib/lab.mjs';

before(install);
after(close);

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

test('Next.js: build and start', { timeout: 2 * SLOW }, async () => {
  const backend = await openSite();
  const dir = await project('next', {
    'package.json': '{ "name": "application", "private": true }',
    'next.config.mjs': `export default { rewrites: async () => ['/api/:path*', '/rum'].map((source) => ({ source, destination: '${backend.origin}' + source })) };`,
    'app/layout.jsx':
      'export default ({ children }) => <html><head><link rel="icon" href="data:," /></head><body>{children}</body></html>;',
    'app/agent.jsx': `'use client';
import { useEffect } from 'react';
import tracebeam from 'tracebeam';
tracebeam.init(${SETTINGS});
export function Agent() {
  useEffect(() => void fetch('/api/first').then((response) => (document.title = String(response.status))), []);
  return <p>version {tracebeam.version}</p>;
}`,
    // The server's own request must carry no trace headers.
    'app/page.jsx': `import tracebeam from 'tracebeam';
import { Agent } from './agent';
export const dynamic = 'force-dynamic';
export default async function Page() {
  tracebeam.init(${SETTINGS});
  await fetch('${backend.origin}/api/server');
  return <main><Agent /></main>;
}`,
  });
  const next = join(MODULES, 'next/dist/bin/next');
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  execFileSync(process.execPath, [next, 'build'], { cwd: dir, env, stdio: 'pipe', timeout: SLOW });
  const port = await freePort();
  const server = await start(process.execPath, [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'], {
    ready: /Ready/,
    cwd: dir,
    env,
  });
  try {
    const { page, lines } = await open(`http://127.0.0.1:${port}/`);
    await traced(backend);
    await page.waitForFunction(() => document.title === '200');
    const rendered = await eventually(() => backend.to('/api/server')[0], "the server's own request", 30_000);
    assert.equal(rendered.headers.traceparent, undefined);
    assert.deepEqual(lines, []);
  } finally {
    await server.stop();
    await backend.close();
  }
});
