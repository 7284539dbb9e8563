// Bundles the command for publication into dist/. What is imported dynamically (the Kubernetes client, the parser)
// becomes a file of its own and is loaded when first used. Workers are entry points of their own. A file that a
// source names with `new URL('…', import.meta.url)` goes along: a worker as its bundle, anything else as a copy.
import {
  cpSync,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const built = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts', ...globSync('src/**/*-worker.ts', { cwd: root }).sort()],
  outdir: dist,
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  minifySyntax: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [{ name: 'named files', setup: takeAlong }],
  // packages that are still CommonJS ask for `require` in a bundle of ES modules
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
}).catch(() => null);
if (built === null) {
  // what is wrong has been said; half a bundle would only mislead
  rmSync(dist, { recursive: true, force: true });
  process.exitCode = 1;
} else {
  const text = notices(Object.keys(built.metafile.inputs));
  writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), text);
}

/** All output lies flat in dist/, so the place of what a source names is known whatever chunk it ends up in. */
function takeAlong({ onLoad }) {
  onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
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
