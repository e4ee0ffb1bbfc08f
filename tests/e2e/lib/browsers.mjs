// The browsers in which a self-checking page can run: always Chromium, and Firefox where TRACEBEAM_FIREFOX names it
// (`cargo xtask test --browsers all`). Such a page reports its results itself, so Firefox needs no driver.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './chromium.mjs';
import { eventually } from './site.mjs';

const MINUTE = 60_000;

// Keeps Firefox from opening connections or windows of its own.
const PREFERENCES = {
  'app.normandy.enabled': false,
  'browser.aboutConfig.showWarning': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
};

async function chromium(run) {
  const browser = await launch();
  try {
    await run(async (url, finished) => {
      const page = await browser.newPage();
      await page.goto(url);
      await eventually(finished, `the page ${url}`, MINUTE);
      await page.close();
    });
  } finally {
    await browser.close();
  }
}

async function firefox(run) {
  await run(async (url, finished) => {
    const profile = await mkdtemp(join(tmpdir(), 'tracebeam-firefox-'));
    await writeFile(
      join(profile, 'user.js'),
      Object.entries(PREFERENCES)
        .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`)
        .join('\n')
    );
    const browser = spawn(process.env.TRACEBEAM_FIREFOX, ['--headless', '--no-remote', '--profile', profile, url], { stdio: 'ignore' });
    const gone = new Promise((resolve) => browser.once('exit', resolve));
    try {
      await eventually(finished, `the page ${url}`, MINUTE);
    } finally {
      browser.kill();
      await gone;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}

// Calls `use(name, visit)` for each browser. `visit(url, finished)` opens a page and waits until `finished()` is true.
export async function inEach(use) {
  await chromium((visit) => use('Chromium', visit));
  if (process.env.TRACEBEAM_FIREFOX) await firefox((visit) => use('Firefox', visit));
}
