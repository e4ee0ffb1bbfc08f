// Runs the files of examples/miniapp: each makes one request, which is traced and reported.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { everywhere } from './lib/cases.mjs';

everywhere('the example of this host', ['wechat', 'alipay', 'dingtalk', 'douyin'], async ({ site, rum, launch, events }, host) => {
  const app = launch();
  const file = (name) =>
    readFileSync(new URL(`../../examples/miniapp/${host}/${name}`, import.meta.url), 'utf8')
      .replace('https://api.example.com', site.url)
      .replace('https://rum.example.com', rum.url);
  app.page('pages/index/index');
  await app.run(file('app.js'), '/app.js');
  await app.run(file('pages/index/index.js'), '/pages/index/index.js');
  const [event] = await events();
  const [{ headers }] = site.requests;
  assert.equal(headers['x-shop'], 'example');
  assert.equal(headers.b3.slice(0, 32), headers.traceparent.slice(3, 35));
  assert.deepEqual([event.name, event.status_code, event.trace_context_hint], ['/products/{id}', 200, 'set']);
  assert.equal(rum.bundles[0].view.name, 'pages/index/index');
  assert.deepEqual(app.all('data'), [{ answer: 'HTTP 200' }]);
  assert.deepEqual(app.warnings(), []);
});
