// The applications in examples/, built by trunk and opened in Chromium: their requests go out by gloo-net and by reqwest, the
// first is traced, and the ids on the wire are those of the report. TRACEBEAM_EXAMPLES names the folder of the built ones.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, sentWith } from '../e2e/lib/site.mjs';
import { another, openStage, openTab } from '../e2e/lib/stage.mjs';

const BUILT = process.env.TRACEBEAM_EXAMPLES ?? fileURLToPath(new URL('../../target/xtask/examples', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.wasm': 'application/wasm' };

const { browser } = await openStage();

// The files of a folder, at the root of a site of their own. `tag`: what stands first in the page's head.
async function serve(name, tag = '') {
  const dir = join(BUILT, name);
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  const contents = new Map();
  for (const file of files.filter((file) => file.isFile())) {
    const path = join(file.parentPath, file.name);
    contents.set(path.slice(dir.length), await readFile(path));
  }
  const page = contents.get('/index.html').toString();
  contents.set('/', page.replace('<head>', '<head>' + tag));
  return another({
    serve(_request, response, _body, { pathname }) {
      const content = contents.get(pathname);
      if (content) response.writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? TYPES['.html'] }).end(content);
      return !!content;
    },
  });
}

const PATHS = ['/api/gloo-net', '/api/reqwest'];

async function runs(site) {
  const { page, lines } = await openTab(browser, site.origin + '/');
  for (const id of ['gloo-net', 'reqwest']) {
    const answer = page.locator(`#${id}`, { hasText: '{"ok":true}' });
    await answer.waitFor({ timeout: 30_000 });
  }
  const found = (path) => site.events().find((event) => event.url === site.origin + path);
  await eventually(() => PATHS.every(found), 'the events of both requests');
  return { page, lines, events: PATHS.map(found) };
}

for (const name of ['leptos', 'yew']) {
  test(`${name}: the first requests are traced, and reported with the ids on the wire`, async () => {
    const site = await serve(name);
    const { page, lines, events } = await runs(site);
    PATHS.forEach((path, at) => {
      const [request, ...others] = site.to(path);
      const [, trace, span] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(request.headers.traceparent);
      assert.deepEqual(others, [], 'one request each');
      assert.equal(events[at].trace_context_hint, 'set');
      assert.equal(events[at].trace_id, trace);
      assert.equal(JSON.parse(events[at].trace_data).spanId, span);
      assert.equal(sentWith(events[at]).traceparent, request.headers.traceparent);
      assert.equal(events[at].status_code, 200);
    });
    assert.equal(site.bundles[0].app.id, name);
    // Chromium and trunk have warnings of their own.
    assert.deepEqual(
      lines.filter((line) => /tracebeam\]|^error|^uncaught/.test(line)),
      []
    );
    await page.close();
  });
}

test('beside a script tag there is one agent: the one that came first', async () => {
  const settings = { pid: 'tag', endpoint: '/rum', tracing: { propagatorTypes: 'b3' } };
  const site = await serve('leptos', `<script>window.__rum = ${JSON.stringify(settings)}</script><script src="/tracebeam.js"></script>`);
  const { page, events } = await runs(site);
  PATHS.forEach((path, at) => {
    const [request] = site.to(path);
    assert.equal(request.headers.traceparent, undefined);
    assert.equal(request.headers.b3, `${events[at].trace_id}-${JSON.parse(events[at].trace_data).spanId}-1`);
    assert.equal(site.events().filter((event) => event.url === site.origin + path).length, 1);
  });
  assert.deepEqual([...new Set(site.bundles.map((bundle) => bundle.app.id))], ['tag']);
  await page.close();
});
