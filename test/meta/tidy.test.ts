import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from '../support/capabilities.ts';
import { imports, projectFiles, reached, read } from './tree.ts';

const sources = projectFiles.filter((file) => /^src\/.*\.ts$/.test(file));
const withCode = sources.filter(hasCode);
const tests = projectFiles.filter((file) => /^test\/.*\.(test|prop)\.ts$/.test(file));
const shared = join(root, '../shared');

/** Sources no test imports, each with what runs it instead. */
const notImported: Readonly<Record<string, string>> = {
  'src/cli/main.ts': 'the entry of the command: test/pack runs its bundle as a process',
  'src/cli/start.ts': 'started by main.ts',
  'src/cli/quick.ts': 'started by main.ts: test/cli/bin.test.ts and test/pack run it as a process',
  'src/cli/warm-check.ts': 'makes the state that test/pack/warm-check.test.ts starts from',
};

test('src holds the eight layers and nothing else', () => {
  const layers = new Set(sources.map((file) => file.split('/')[1]));
  const known = ['base', 'kube', 'ir', 'lang', 'engine', 'runtime', 'lsp', 'cli'];
  expect([...layers].filter((layer) => !known.includes(layer ?? ''))).toEqual([]);
});

test('every source that does something is reached by a test', () => {
  const covered = reached(tests);
  const missed = withCode.filter((file) => !covered.has(file) && !Object.hasOwn(notImported, file));
  expect(missed).toEqual([]);
  expect(Object.keys(notImported).filter((file) => !sources.includes(file))).toEqual([]);
});

test('every part of a layer has a test that imports from it', () => {
  const parts = new Set(withCode.map(part));
  const direct = new Set(
    projectFiles
      .filter((file) => /^test\/.*\.ts$/.test(file))
      .flatMap((file) => imports(file).map(part)),
  );
  expect([...parts].filter((of) => !direct.has(of))).toEqual([]);
});

test('paths name things, not drawers', () => {
  const drawers = /^(utils?|helpers?|common|manager|impl|misc)$/;
  const badly = projectFiles
    .filter((file) => /^(src|test|scripts|bench|console|editors)\//.test(file))
    .filter(
      (file) =>
        file.split(/[/.-]/).some((word) => drawers.test(word.toLowerCase())) ||
        // types are a subject of our language and of CEL, and a drawer elsewhere
        (basename(file) === 'types.ts' && !/^(src|test)\/(lang|engine\/cel)\//.test(file)),
    );
  expect(badly).toEqual([]);
});

/** Folders of this machine that no file should know; short ones (`/app`, `/tmp`) could stand for something else. */
const folders = [root.slice(0, -1), join(dirname(root.slice(0, -1)), 'shared'), homedir()].filter(
  (folder) => folder.split('/').length > 2,
);

/** The names of machines and people have no place in the project. The patterns are put together so as not to match here. */
const places: readonly RegExp[] = [
  ...folders.map((folder) => new RegExp(`(?<![\\w.*/-])${literally(folder)}(?![\\w-])`)),
  new RegExp(`(?<![\\w.])/(?:home|Users)/${'[a-z][\\w-]+'}/`),
  new RegExp(
    `https?://[^/\\s"'\`]*\\b(?:${['registry', 'artifactory', 'verdaccio'].join('|')})\\b`,
  ),
  new RegExp(`https?://(?:${['npm', 'goproxy', 'mirror'].join('|')})[.-]`),
  /"resolved": "https?:/,
];

test('no file of the project names a machine or a package registry', () => {
  const named = projectFiles.filter(isText).flatMap((file) => {
    const text = read(file);
    return places.flatMap((place) => {
      const match = place.exec(text);
      return match === null ? [] : [`${file}: ${match[0]}`];
    });
  });
  expect(named).toEqual([]);
});

test.skipIf(!existsSync(shared))('no file is a copy of one of ../shared', () => {
  const theirs = new Map(filesBelow(shared).map((file) => [fingerprint(file), file]));
  const copies = projectFiles
    .filter((file) => file !== 'LICENSE' && statSync(root + file).size > 200)
    .flatMap((file) => {
      const original = theirs.get(fingerprint(root + file));
      return original === undefined ? [] : [`${file} = ${original.slice(shared.length)}`];
    });
  expect(theirs.size).toBeGreaterThan(100);
  expect(copies).toEqual([]);
});

test('no test is left out, except where what it needs is missing', () => {
  const leftOut =
    /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|todo|only|fails)\b|\bx(?:it|test)\(/;
  const left = projectFiles
    .filter((file) => /^test\/.*\.ts$/.test(file) && leftOut.test(read(file)))
    .map((file) => `${file}: ${leftOut.exec(read(file))?.[0]}`);
  expect(left).toEqual([]);
  for (const bad of ['only(', 'concurrent.skip(', 'todo(']) {
    expect(leftOut.test(`test.${bad}`)).toBe(true);
  }
  expect(leftOut.test("test.skipIf(gone)('')")).toBe(false);
});

/** The folder a reader would call one thing: a small layer, a part of a large one, a family of controllers. */
function part(file: string): string {
  const [src, layer = '', name = '', ...deeper] = file.split('/');
  // the stages of the language are tested together, by what goes in and what comes out
  if (!['engine', 'runtime'].includes(layer) || deeper.length === 0) return `${src}/${layer}`;
  const families = ['hub', 'agent', 'clusterservices'].includes(name) && deeper.length > 1;
  return [src, layer, name, ...(families ? deeper.slice(0, 1) : [])].join('/');
}

/** Whether a source is more than types once its types are stripped. */
function hasCode(file: string): boolean {
  const { outputText } = ts.transpileModule(read(file), {
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      removeComments: true,
    },
  });
  return outputText.replace(/export \{\};/, '').trim() !== '';
}

function isText(file: string): boolean {
  return !/\.(png|jpg|gif|ico|wasm|tgz|gz|zip)$/.test(file);
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && basename(entry.parentPath) !== 'node_modules')
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Of the words of a file: another indentation makes no new file. */
function fingerprint(path: string): string {
  const words = readFileSync(path, 'latin1').replace(/\s+/g, ' ').trim();
  return createHash('sha256').update(words).digest('hex');
}
