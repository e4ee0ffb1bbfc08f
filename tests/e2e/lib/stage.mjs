// What nearly every file of tests opens first, and closes when its last test is over: a browser and a site.

import { after } from 'node:test';
import { launch } from './chromium.mjs';
import { openSite } from './site.mjs';

// One more site, on an origin of its own.
export async function another(options) {
  const site = await openSite(options);
  after(() => site.close());
  return site;
}

// `args`: more flags for the browser. The rest is `openSite`'s.
export async function openStage({ args, ...options } = {}) {
  const browser = await launch({ args });
  // Before its site, or its pages would see that end.
  after(() => browser.close());
  return { browser, site: await another(options) };
}

// A tab at `url`. `lines`: all that its console says, and its uncaught errors.
export async function openTab(browser, url, options) {
  const page = await browser.newPage();
  const lines = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
  await page.goto(url, options);
  return { page, lines };
}
