// Opens what nearly every test file needs, a browser and a site, and closes both after the file's last test.

import { after } from 'node:test';
import { launch } from './chromium.mjs';
import { openSite } from './site.mjs';

// Opens one more site, on another origin.
export async function another(options) {
  const site = await openSite(options);
  after(() => site.close());
  return site;
}

// `args`: additional flags for the browser. The other options go to `openSite`.
export async function openStage({ args, ...options } = {}) {
  const browser = await launch({ args });
  // The browser closes before its site, or its pages would see the site go away.
  after(() => browser.close());
  return { browser, site: await another(options) };
}

// Opens a tab at `url`. `lines`: its console messages and its uncaught errors.
export async function openTab(browser, url, options) {
  const page = await browser.newPage();
  const lines = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
  await page.goto(url, options);
  return { page, lines };
}
