// Starts Chromium for the tests: headless, and without connections of its own.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PLACES = [process.env.TRACEBEAM_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function launch(options = {}) {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error('Chromium is missing: `cargo xtask test` installs it, or set TRACEBEAM_CHROMIUM to its path');
  return chromium.launch({ executablePath, ...options, args: [...FLAGS, ...(options.args ?? [])] });
}
