// The application's options about its requests: filters, names, `evaluateApi`, and `beforeReport`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './lib/site.mjs';
import { openStage } from './lib/stage.mjs';

const { browser, site } = await openStage({
  routes: { '/api/judged': (_request, response) => void response.writeHead(200).end('{"code":"E7"}') },
});

let pages = 0;

// Runs `script` in a page with `options`, JavaScript source of further members of the configuration.
async function run(options, script) {
  const pid = `application${++pages}`;
  const page = await browser.newPage();
  const warnings = [];
  page.on('console', (message) => warnings.push(message.text()));
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(site.page(`/${pid}`, { config: `{ pid: '${pid}', endpoint: '/rum', tracing: true, ${options} }` }));
  const result = await page.evaluate(script);
  await page.evaluate(() => window.tracebeam.flush());
  const bundles = () => site.bundles.filter((bundle) => bundle.app.id === pid || bundle.was === pid);
  return { page, result, warnings, errors, bundles, events: () => bundles().flatMap((bundle) => bundle.events) };
}

const get = (path) => `await (await fetch('${path}')).text();`;

test('filtered resources are not reported, requests and static ones', async () => {
  const { page, events } = await run(
    `filters: { resource: [/\\/api\\/quiet/, (url) => url.endsWith('.png')] }`,
    `(async () => { ${get('/api/quiet')} new Image().src = '/x.png'; await new Promise((r) => setTimeout(r, 100)); ${get('/api/loud')} })()`
  );
  await eventually(() => events().some((event) => event.name === '/api/loud'));
  assert.deepEqual(
    events().filter((event) => /quiet|png/.test(event.url)),
    []
  );
  await page.close();
});

test('parseResourceName names requests and resources; what throws falls back', async () => {
  const { page, events } = await run(
    `parseResourceName: (url) => { if (url.includes('bad')) throw 1; return 'named ' + new URL(url).pathname; }`,
    `(async () => { ${get('/api/orders/1')} ${get('/api/bad/12')} })()`
  );
  await eventually(() => events().filter((event) => event.type === 'fetch').length === 2);
  const names = events().map((event) => event.name);
  for (const name of ['named /api/orders/1', '/api/bad/{id}', 'named /tracebeam.js'])
    assert.ok(names.includes(name), `${name} among ${names}`);
  await page.close();
});

test('evaluateApi judges by the body, later, and the page waits for nothing', async () => {
  const { page, events, errors, result } = await run(
    `evaluateApi: async (request, response, error) => {
      window.judged = request.url;
      if (error) return { message: 'told: ' + error.name };
      if (request.url.includes('throws')) throw new Error('no');
      if (request.url.includes('half')) return { name: 'half', get message() { throw new Error('no'); } };
      await new Promise((r) => setTimeout(r, 50));
      const { code } = await response.json();
      return { name: 'judged', success: 0, status_code: code, properties: { code, deep: {}, n: 1 }, duration: -1 };
    }`,
    `(async () => {
      const response = await fetch('/api/judged');
      const judged = window.judged;
      const body = await response.text();
      ${get('/api/throws')} ${get('/api/half')}
      await fetch('http://127.0.0.1:1/').catch(() => {});
      await new Promise((r) => setTimeout(r, 200));
      return { body, judged };
    })()`
  );
  assert.deepEqual(result, { body: '{"code":"E7"}', judged: undefined }, 'the page reads its own body, and goes on first');
  const of = (part) => events().find((event) => event.url.includes(part));
  await eventually(() => of('judged') && of('throws') && of('half') && of(':1/'));
  const judged = of('judged');
  assert.deepEqual([judged.name, judged.success, judged.status_code, judged.properties], ['judged', 0, 'E7', { code: 'E7', n: 1 }]);
  assert.ok(judged.duration > 0);
  assert.deepEqual([of('throws').name, of('throws').success], ['/api/throws', 1]);
  assert.deepEqual([of('half').name, of('half').message], ['half', 'OK'], 'what it said until it threw');
  assert.equal(of(':1/').message, 'told: TypeError');
  assert.deepEqual(errors, []);
  await page.close();
});

test('beforeReport gets an object, changes it, keeps it back; throwing loses nothing and warns once', async () => {
  const changed = await run(
    `beforeReport: (bundle) => { bundle.was = bundle.app.id; bundle.events = bundle.events.filter((e) => e.type === 'fetch'); bundle.extra = 'kept'; return bundle; }`,
    `(async () => { ${get('/api/changed')} })()`
  );
  await eventually(() => changed.bundles().length);
  assert.deepEqual([changed.bundles()[0].extra, changed.events().map((event) => event.type)], ['kept', ['fetch']]);
  await changed.page.close();

  for (const word of ['false', 'undefined']) {
    const refused = await run(
      `beforeReport: (bundle) => { window.refused = (window.refused || 0) + 1; return ${word}; }`,
      `(async () => { ${get('/api/refused')} })()`
    );
    await eventually(() => refused.page.evaluate(() => window.refused));
    // A bundle that had been sent would have arrived before this request.
    await refused.page.evaluate(() => fetch('/api/refused-after').then((response) => response.text()));
    assert.deepEqual(refused.bundles(), [], word);
    await eventually(
      () => refused.page.evaluate(() => (window.tracebeam.flush(), !Object.keys(localStorage).some((key) => key.startsWith('tracebeam:')))),
      'what is kept back to be done with'
    );
    await refused.page.close();
    assert.deepEqual(refused.bundles(), [], word);
  }

  for (const hook of [`() => { throw new Error('mine'); }`, 'async (bundle) => bundle']) {
    const thrown = await run(`beforeReport: ${hook}`, `(async () => { ${get('/api/thrown')} })()`);
    await eventually(() => thrown.events().some((event) => event.name === '/api/thrown'));
    await thrown.page.evaluate(async () => {
      await (await fetch('/api/thrown-again')).text();
      window.tracebeam.flush();
    });
    await eventually(() => thrown.events().some((event) => event.name === '/api/thrown-again'));
    assert.equal(thrown.warnings.filter((text) => text.includes('beforeReport')).length, 1, hook);
    await thrown.page.close();
  }
});

test('a hook may itself make requests', async () => {
  const { page, events } = await run(
    `beforeReport: (bundle) => { if (!window.once) { window.once = true; fetch('/api/inner').then((r) => r.text()); } return bundle; }, parseResourceName: (url) => { if (url.includes('outer')) fetch('/api/named').then((r) => r.text()); return ''; }`,
    `(async () => { ${get('/api/outer')} })()`
  );
  await eventually(async () => {
    await page.evaluate(() => window.tracebeam.flush());
    return ['/api/inner', '/api/named', '/api/outer'].every((name) => events().some((event) => event.name === name));
  });
  await page.close();
});
