// Installs Python packages for tests in a virtual environment below target/.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const VENV = fileURLToPath(new URL('../../../target/venv', import.meta.url));

// `packages`: arguments for `pip install`. Fails with a message where Python has no venv (Debian: python3-venv).
export async function install(...packages) {
  if (!existsSync(`${VENV}/bin/pip`)) await run('python3', ['-m', 'venv', VENV]);
  await run(`${VENV}/bin/pip`, ['install', '--quiet', ...packages]);
}
