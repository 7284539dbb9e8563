import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../support/capabilities.ts';

/** A folder that looks like a checkout to the tools of `npm run check`, for files that must not stand in `src`. */
export interface Mirror {
  readonly path: string;
  readonly run: (script: string, ...args: string[]) => Ran;
  readonly remove: () => void;
}
/** How a tool ended and what it printed. */
export interface Ran {
  readonly status: number | null;
  readonly out: string;
}

/** Writes the files beside a copy of the configuration; packages are links to ours, or empty ones of that name. */
export function mirror(
  files: Readonly<Record<string, string>>,
  packages: readonly string[] = [],
): Mirror {
  // macOS hands out a temporary folder behind a link, and tools print the real path
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'ocm-mirror-')));
  for (const name of configuration) cpSync(join(root, name), join(path, name));
  linkPackages(path, packages);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return {
    path,
    run: (script, ...args) => {
      const ran = spawnSync(process.execPath, [script, ...args], {
        cwd: path,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      });
      return { status: ran.status, out: `${ran.stdout}${ran.stderr}` };
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

const configuration = [
  'package.json',
  'tsconfig.json',
  'tsconfig.pure.json',
  'biome.json',
  '.gitignore',
  '.dependency-cruiser.cjs',
  'scripts/check-deps.mjs',
];

function linkPackages(path: string, more: readonly string[]): void {
  const there = readdirSync(join(root, 'node_modules')).flatMap((name) =>
    name.startsWith('@')
      ? readdirSync(join(root, 'node_modules', name)).map((inner) => `${name}/${inner}`)
      : [name],
  );
  for (const name of there.filter((of) => !of.startsWith('.'))) {
    const link = join(path, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link, 'dir');
  }
  for (const name of more) {
    const folder = join(path, 'node_modules', name);
    if (existsSync(folder)) continue;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), 'export const it = 1;\n');
    const manifest = { name, version: '1.0.0', type: 'module', exports: './index.js' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  }
}
