// Starts the demo's real programs (gateway, inventory, shop) on ports of their own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

// Starts one program and resolves when it has printed the address of each listener.
export async function start(program, args, listeners = 1) {
  const child = spawn(`${ROOT}target/release/${program}`, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const addresses = [];
  let said = '';
  const ready = new Promise((resolve, reject) => {
    const hear = (chunk) => {
      said += chunk;
      addresses.splice(0, Infinity, ...[...said.matchAll(/listening on (http:\S+)/g)].map(([, address]) => address));
      if (addresses.length >= listeners) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}: ${said}`)));
  });
  await ready;
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { addresses, stop };
}

export async function openDemo() {
  const gateway = await start('tracebeam-gateway', ['--listen', '127.0.0.1:0', '--store', ':memory:']);
  const [collector] = gateway.addresses;
  const inventory = await start('tracebeam-demo', ['inventory', '--listen', '127.0.0.1:0', '--gateway', collector]);
  const shop = await start(
    'tracebeam-demo',
    [
      'shop',
      '--listen',
      '127.0.0.1:0',
      '--cross-origin-listen',
      '127.0.0.1:0',
      '--inventory',
      inventory.addresses[0],
      '--gateway',
      collector,
    ],
    2
  );
  return {
    gateway: collector,
    page: shop.addresses[0],
    crossOrigin: shop.addresses[1],
    async close() {
      await shop.stop();
      await inventory.stop();
      await gateway.stop();
    },
  };
}
