// Gives each test of the API a page of its own, with the page's console warnings and events. After the test the page is checked
// for errors and closed.

import assert from 'node:assert/strict';
import { eventually } from './site.mjs';

let pages = 0;

// `config`: the members of a configuration as JavaScript source; null for no configuration.
export async function openApi(t, { browser, site }, config, options = {}) {
  const pid = `api-${++pages}`;
  const page = await browser.newPage();
  const warnings = [];
  const uncaught = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  page.on('pageerror', (error) => uncaught.push(error.message));
  const own = `pid: '${pid}', endpoint: '/rum'`;
  await page.goto(site.page(`/${pid}`, { config: config === null ? 'undefined' : `{ ${own}, ${config} }`, ...options }));
  t.after(async () => {
    await page.close();
    assert.deepEqual(uncaught, []);
  });
  const bundles = () => site.bundles.filter((bundle) => bundle.app.id === pid);
  // The event with this name, and its bundle.
  const event = (name) =>
    eventually(() => {
      for (const bundle of bundles()) {
        const found = bundle.events.find((event) => event.name === name);
        if (found) return { ...found, bundle, view: found.view ?? bundle.view };
      }
    }, `the event ${name}`);
  return { page, pid, warnings, bundles, event };
}

export const request = (page, path) => page.evaluate((path) => fetch(path).then((response) => response.text()), path);
export const flush = (page) => page.evaluate(() => tracebeam.flush());
