// Installs the locked dependencies where they are missing or older than the lock file. Runs on any Node from 18,
// before everything else, with no dependency of its own: it brings the Node that `npm start` and `npm test` then
// find first in PATH (node_modules/.bin/node).
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = `${root}node_modules/.package-lock.json`;
const lock = `${root}package-lock.json`;

const fresh = existsSync(installed) && existsSync(`${root}node_modules/.bin/node`);
const stale = fresh && statSync(lock).mtimeMs > statSync(installed).mtimeMs + 1000;
if (!fresh || stale) {
  process.stderr.write('installing dependencies (once)…\n');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    process.stderr.write(
      'could not install the dependencies: see the lines above; `npm ci` tries again\n',
    );
    process.exit(npm.status ?? 1);
  }
}
