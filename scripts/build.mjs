// Bundles the command for publication into dist/. What is imported dynamically (the Kubernetes client, the parser)
// becomes a file of its own and is loaded when first used. Workers are entry points of their own. A file that a
// source names with `new URL('…', import.meta.url)` goes along: a worker as its bundle, anything else as a copy.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// made beside what it takes the place of, so that nobody ever runs half a bundle
const dist = join(root, `.dist-${process.pid}`);
const began = new Date();
mkdirSync(dist);
/** What both builds have in common. */
const settings = {
  absWorkingDir: root,
  outdir: dist,
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  // packages that are still CommonJS ask for `require` in a bundle of ES modules
  banner: {
    js: "const require = process.getBuiltinModule('module').createRequire(import.meta.url);",
  },
};
/**
 * What few runs need is loaded when the first of its exports is used. Packages are files of their own then, for a start
 * pays for every byte of its file; so does the reader of texts with mistakes, for the sake of chevrotain. Modules of Node
 * too: importing them by name runs all their getters, 8 ms for `node:process` alone.
 */
const latePackages = ['chevrotain', 'js-yaml', 're2js'];
const lateSource = /\/recovering\.ts$/;
/** Modules of Node that it has loaded anyway; the last two are more than their properties. */
const loadedBuiltins = new Set(['fs', 'module', 'path', 'url', 'events', 'process']);
const wholeBuiltins = new Set(['events', 'process']);

/** The commands that start from a file of their own. */
const quick = globSync(['src/cli/quick.ts', 'src/cli/plain-check.ts'], { cwd: root });
/** What makes the state that `ocm check` starts from; it needs a Node to start, and is in one file. */
const warm = globSync('src/cli/warm-check.ts', { cwd: root });
const named = { name: 'named files', setup: takeAlong };
const builds = [
  {
    entryPoints: ['src/cli/main.ts', ...globSync('src/**/*-worker.ts', { cwd: root }).sort()],
    splitting: true,
    plugins: [
      named,
      { name: 'quick', setup: leaveQuick },
      { name: 'builtins', setup: takeBuiltins },
    ],
  },
  // one file each without the rest of the product: finding and linking dozens of files would be most of its start
  ...quick.map((entry) => ({
    entryPoints: [entry],
    minifyIdentifiers: true,
    banner: {
      js: "const __late = (file) => process.getBuiltinModule('module').createRequire(import.meta.url)(file);",
    },
    plugins: [named, { name: 'late', setup: takeLate }],
  })),
  {
    entryPoints: warm,
    minifyIdentifiers: true,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: {},
    plugins: [named, { name: 'late', setup: (its) => takeLate(its, { isOneFile: true }) }],
  },
  {
    entryPoints: quick.length > 0 ? latePackages.map((name) => ({ in: name, out: name })) : [],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: {},
  },
].filter(({ entryPoints }) => entryPoints.length > 0);
const built = await Promise.all(builds.map((each) => build({ ...settings, ...each }))).catch(
  () => null,
);
if (built === null) {
  // what is wrong has been said; half a bundle would only mislead
  process.exitCode = 1;
} else {
  const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const text = notices(inputs);
  writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), text);
  if (warm.length > 0) keepWarm();
  // bin/ocm takes the bundle for the sources only where no source is newer
  const main = join(dist, 'main.js');
  if (existsSync(main)) utimesSync(main, began, began);
  takePlace();
}
rmSync(dist, { recursive: true, force: true });

/**
 * The state of V8 after checks of a module, with and without mistakes: what is made when first used is in it, and the
 * code of whatever ran. Only the Node that made it can start from it, so it stays where it was made.
 */
function keepWarm() {
  const node = join(root, 'node_modules/.bin/node');
  const entry = join(dist, 'warm-check.cjs');
  const wrong = join(dist, 'wrong.ocm');
  writeFileSync(wrong, 'namespace a\nplacement p { where: ( }\nplacement q { take: x }\n');
  const args = ['--snapshot-blob', join(dist, 'check.blob'), '--build-snapshot', entry];
  const files = [join(root, 'examples/quickstart'), wrong];
  if (existsSync(node)) spawnSync(node, [...args, ...files], { cwd: root, env: {} });
  for (const file of [entry, wrong]) rmSync(file);
}

function takePlace() {
  const [place, before] = [join(root, 'dist'), `${dist}-before`];
  try {
    if (existsSync(place)) renameSync(place, before);
    renameSync(dist, place);
  } catch (error) {
    // another build took the place in the meantime, and made the same
    if (!existsSync(join(place, 'main.js'))) throw error;
  } finally {
    rmSync(before, { recursive: true, force: true });
  }
}

/** All output lies flat in dist/, so the place of what a source names is known whatever chunk it ends up in. */
function takeAlong({ onLoad }) {
  onLoad({ filter: /[\\/]src[\\/].*\.ts$/, namespace: 'file' }, ({ path }) => {
    const errors = [];
    const contents = readFileSync(path, 'utf8').replaceAll(
      /\bnew URL\(\s*'([^']+)',\s*import\.meta\.url\s*,?\s*\)/g,
      (_, named) => {
        const file = join(dirname(path), named);
        const place = relative(root, file).split(sep).join('/');
        if (place.startsWith('..') || !existsSync(file)) {
          errors.push({ text: `${relative(root, path)} names ${named}, which is not there` });
        } else if (!named.endsWith('-worker.ts')) {
          cpSync(file, join(dist, place), { recursive: true });
        }
        const to = named.endsWith('-worker.ts') ? `${basename(named, '.ts')}.js` : place;
        return `new URL('./${to}', import.meta.url)`;
      },
    );
    return { contents, loader: 'ts', errors };
  });
}

function leaveQuick({ onResolve }) {
  onResolve({ filter: /\/(quick|plain-check)\.ts$/ }, ({ path }) => ({
    path: `./${basename(path, '.ts')}.js`,
    external: true,
  }));
}

/** Importing a module of Node by name runs all its getters: those of http alone load what fetch is made of. */
function takeBuiltins({ onResolve, onLoad }) {
  onResolve({ filter: /./ }, ({ path, kind }) =>
    kind === 'import-statement' && isBuiltin(path)
      ? { path, namespace: 'builtin', sideEffects: false }
      : null,
  );
  onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
    contents: constants(namesOf(path), builtin(path)),
  }));
}

function takeLate({ onResolve, onLoad, resolve }, { isOneFile = false } = {}) {
  onResolve({ filter: /./ }, ({ path, kind }) => {
    const name = path.replace('node:', '');
    if (kind === 'entry-point' || !isBuiltin(name)) return null;
    const isWhole = kind === 'require-call' || wholeBuiltins.has(name);
    if (!loadedBuiltins.has(name)) return { path: name, namespace: 'late builtin' };
    return { path: name, namespace: isWhole ? 'whole builtin' : 'builtin' };
  });
  onResolve({ filter: lateSource }, async ({ path, kind, importer, resolveDir, pluginData }) => {
    if (pluginData === 'now' || kind === 'require-call') return null;
    const found = await resolve(path, { kind, importer, resolveDir, pluginData: 'now' });
    // no name of a file, so that it is not taken for an ES module
    return { path: `${path} when used`, namespace: 'late', pluginData: found.path };
  });
  onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
    kind !== 'require-call' && latePackages.includes(path) ? { path, namespace: 'package' } : null,
  );
  onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
    contents: constants(namesOf(path), builtin(path)),
  }));
  onLoad({ filter: /./, namespace: 'whole builtin' }, ({ path }) => ({
    contents: `module.exports = ${builtin(path)};`,
  }));
  onLoad({ filter: /./, namespace: 'late builtin' }, ({ path }) => ({
    contents: getters(namesOf(path), builtin(path)),
  }));
  onLoad({ filter: /./, namespace: 'late' }, async ({ pluginData: file }) => {
    const names = Object.keys(await import(pathToFileURL(file)));
    return { contents: getters(names, `require(${JSON.stringify(file)})`), resolveDir: root };
  });
  onLoad({ filter: /./, namespace: 'package' }, async ({ path }) => {
    const names = Object.keys(await import(path));
    const whole = isOneFile ? `require(${JSON.stringify(path)})` : `__late('./${path}.cjs')`;
    return { contents: getters(names, whole), resolveDir: root };
  });
}

function builtin(name) {
  return `process.getBuiltinModule(${JSON.stringify(name)})`;
}

function namesOf(name) {
  return Object.keys(process.getBuiltinModule(name));
}

/** As an ES module, of which the bundle holds only what is used. */
function constants(names, whole) {
  const each = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => it.${name})();`);
  return `const it = /* @__PURE__ */ (() => ${whole})();\nexport default it;\n${each.join('\n')}`;
}

function getters(names, whole) {
  return `for (const name of ${JSON.stringify(names)}) {
    Object.defineProperty(exports, name, { enumerable: true, get: () => ${whole}[name] });
  }`;
}

/** The licences of what is in the bundle, as those licences ask. */
function notices(inputs) {
  const packages = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const parts = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    );
    const texts = readdirSync(join(root, folder))
      .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      .map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
    return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n');
  });
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
