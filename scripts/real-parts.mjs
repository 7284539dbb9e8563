// Builds the programs that tests run for real (kube-apiserver, etcd, kubectl, opa, helm, upstream's controllers and
// agents, some of our own around upstream's code and Kubernetes' clients) from ordinary Go modules into a cache outside
// the checkout. Runs on Node 18 and later, without dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  locateRealParts,
  realPartModule,
  realPartPackages,
  realPartsFolder,
} from './real-parts/find.mjs';
import { preparePlacementSuite } from './real-parts/placement-suite.mjs';

const usage = `usage: node scripts/real-parts.mjs [--print] [name…]

Builds what is missing of: ${Object.keys(realPartPackages).join(', ')} (all, unless named).
--print   only say where they are; exit 1 when one is missing

Standard output is one line "<name> <path>" for each, and last the folder.
$OCM_REAL_PARTS is the cache (else $XDG_CACHE_HOME/ocm-real-parts, else ~/.cache/ocm-real-parts);
programs in $KUBEBUILDER_ASSETS are used as they are.`;

const module = fileURLToPath(new URL('./real-parts/', import.meta.url));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const names = named.length > 0 ? named : Object.keys(realPartPackages);

process.exitCode = await main();

async function main() {
  if (options.includes('--help') || options.includes('-h')) {
    console.log(usage);
    return 0;
  }
  const unknown = [
    ...options.filter((option) => option !== '--print'),
    ...named.filter((name) => !Object.hasOwn(realPartPackages, name)),
  ];
  if (unknown.length > 0) {
    console.error(`real-parts: unknown: ${unknown.join(' ')}\n\n${usage}`);
    return 2;
  }
  if (!options.includes('--print')) {
    const code = await buildMissing();
    if (code !== 0) return code;
  }
  return print();
}

async function buildMissing() {
  const there = locateRealParts();
  const missing = names.filter((name) => !there[name]);
  if (missing.length === 0) return 0;
  if (spawnSync('go', ['version']).status !== 0) {
    const go = /^go (\S+)/m.exec(readFileSync(join(module, 'go.mod'), 'utf8'))?.[1];
    console.error(
      `real-parts: cannot build ${missing.join(', ')}: there is no Go on this machine.\n` +
        `Install Go ${go} or later (https://go.dev/dl) so that "go" is in PATH and run this again, or set\n` +
        `KUBEBUILDER_ASSETS to a folder that holds ${missing.join(', ')}.`,
    );
    return 3;
  }
  for (const name of missing) {
    if (!(await build(name))) return 1;
  }
  return 0;
}

/** Builds one program beside its place and moves it there, so that nobody ever sees half of one. */
async function build(name) {
  const folder = realPartsFolder(process.env, name);
  const temporary = join(folder, `.${name}.${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const started = Date.now();
  const say = (text) =>
    console.error(`real-parts: ${name}: ${text}, ${Math.round((Date.now() - started) / 1000)} s`);
  say('building');
  try {
    const failure =
      name === 'placement-suite'
        ? await buildPlacementSuite(temporary, say)
        : await goBuild(programOf(name), temporary, say);
    if (failure !== undefined) {
      console.error(failure);
      say('failed');
      return false;
    }
    renameSync(temporary, join(folder, name));
  } finally {
    rmSync(temporary, { force: true });
  }
  say('built');
  return true;
}

function programOf(name) {
  const flags = ['-ldflags', `-s -w ${versionFlags(name)}`];
  return {
    command: ['build', ...flags],
    folder: fileURLToPath(realPartModule(name)),
    package: realPartPackages[name],
  };
}

/** Upstream's suite lies in the module cache and is built in a folder of its own. */
async function buildPlacementSuite(output, say) {
  const folder = preparePlacementSuite();
  try {
    const suite = { command: ['test', '-c', '-ldflags=-s -w'], folder, package: './suite' };
    return await goBuild(suite, output, say);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves to what go complained about, or to undefined when the program is built. */
function goBuild(program, output, say) {
  const go = spawn(
    'go',
    [
      ...program.command,
      '-v',
      '-mod=readonly',
      '-trimpath',
      '-buildvcs=false',
      ...['-o', output, program.package],
    ],
    {
      cwd: program.folder,
      env: { ...process.env, CGO_ENABLED: '0' },
      stdio: ['ignore', 'inherit', 'pipe'],
    },
  );
  let compiled = 0;
  const complaints = [];
  createInterface({ input: go.stderr }).on('line', (line) => {
    // With -v go prints the import path of each package that it compiles, and nothing else where all is well.
    if (/^go: downloading |^[\w.~/-]+$/.test(line)) compiled += line.startsWith('go: ') ? 0 : 1;
    else complaints.push(line);
  });
  const progress = setInterval(() => say(`${compiled} packages compiled`), 15_000);
  const stop = (signal) => go.kill(signal);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return new Promise((resolve) => {
    go.on('error', (error) => resolve(error.message));
    go.on('close', (code, signal) => resolve(code === 0 ? undefined : explain(code ?? signal)));
  }).finally(() => {
    clearInterval(progress);
    process.off('SIGINT', stop).off('SIGTERM', stop);
  });

  function explain(end) {
    return [...complaints.slice(-40), `go ended with ${end}`].join('\n');
  }
}

/** What Kubernetes' own release build hands to the linker; the others know their version from their source. */
function versionFlags(name) {
  if (!realPartPackages[name].startsWith('k8s.io/kubernetes/')) return '';
  const gomod = readFileSync(join(module, 'go.mod'), 'utf8');
  const [, version, major, minor] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(gomod) ?? [];
  if (!version) throw new Error('real-parts: go.mod does not require k8s.io/kubernetes');
  const values = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitCommit: 'unknown',
    gitTreeState: 'archive',
  };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((path) => Object.entries(values).map(([key, value]) => `-X ${path}.${key}=${value}`))
    .join(' ');
}

/** Prints the path of each and, last, the folder: the one that holds them all, else the cache. */
function print() {
  const there = locateRealParts();
  for (const name of names) {
    if (there[name]) console.log(`${name} ${there[name]}`);
    else console.error(`real-parts: ${name} is missing: node scripts/real-parts.mjs ${name}`);
  }
  const folders = new Set(names.map((name) => there[name] && dirname(there[name])));
  const [only] = folders;
  console.log(folders.size === 1 && only ? only : realPartsFolder());
  return names.every((name) => there[name]) ? 0 : 1;
}
