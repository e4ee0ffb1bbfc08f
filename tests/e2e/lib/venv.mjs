// Python packages for tests, in an environment of their own below target/.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const VENV = fileURLToPath(new URL('../../../target/venv', import.meta.url));

// Installs what `packages`, arguments of pip, name. Without Python's venv (Debian: python3-venv) it fails and says so.
export async function install(...packages) {
  if (!existsSync(`${VENV}/bin/pip`)) await run('python3', ['-m', 'venv', VENV]);
  await run(`${VENV}/bin/pip`, ['install', '--quiet', ...packages]);
}
