// Installs the locked dependencies where they are missing or older than the lock file, and makes the bundle that
// bin/ocm starts where it is missing or older than the sources. Runs on any Node from 18, before everything else, with
// no dependency of its own: it brings the Node that `npm start` and `npm test` then find first in PATH
// (node_modules/.bin/node).
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = `${root}node_modules/.package-lock.json`;
const lock = `${root}package-lock.json`;

// npm empties what a link leads to, which somebody else may be working with
const isLink =
  lstatSync(`${root}node_modules`, { throwIfNoEntry: false })?.isSymbolicLink() === true;
const fresh = existsSync(installed) && existsSync(`${root}node_modules/.bin/node`);
const stale = fresh && statSync(lock).mtimeMs > statSync(installed).mtimeMs + 1000;
if (isLink && !existsSync(installed)) {
  process.stderr.write(
    'node_modules is a link to a folder without packages: remove it, then run this again\n',
  );
  process.exit(3);
}
if (!isLink && (!fresh || stale)) {
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

// without it bin/ocm runs the sources, so a mistake in these is not for the setup to refuse
if (isBundleStale()) {
  spawnSync(`${root}node_modules/.bin/node`, ['scripts/build.mjs'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
}

function isBundleStale() {
  const bundle = `${root}dist/main.js`;
  if (!existsSync(bundle)) return true;
  const made = statSync(bundle).mtimeMs;
  const isNewer = (path) => {
    const found = statSync(path);
    if (found.mtimeMs > made) return true;
    return found.isDirectory() && readdirSync(path).some((name) => isNewer(`${path}/${name}`));
  };
  return ['src', 'package.json', 'package-lock.json', 'scripts/build.mjs'].some((path) =>
    isNewer(root + path),
  );
}
