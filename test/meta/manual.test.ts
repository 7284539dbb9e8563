import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { lower } from '../../src/ir/lower/lower.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import { compile, formatText, severityOf } from '../../src/lang/index.ts';
import { parseModule } from '../../src/lang/syntax/parse.ts';
import { root } from '../support/capabilities.ts';
import { testIo } from '../support/io.ts';
import {
  type Block,
  blocksIn,
  blocksOf,
  fileOf,
  matches,
  pages,
  runsOf,
  wrongOf,
} from './manual.ts';

const isUpdate = process.env['UPDATE'] === '1';

/** Codes of errors, and of warnings where those are asked for. */
function said(texts: ReadonlyMap<string, string>, severities: readonly string[]) {
  const files = [...texts]
    .filter(([uri]) => uri.endsWith('.ocm') && !uri.includes('/'))
    .map(([uri, text]) => ({ uri, text }));
  const list = (glob: string) => {
    const [head = '', tail = ''] = glob.split('*');
    return [...texts.keys()].filter((path) => path.startsWith(head) && path.endsWith(tail)).sort();
  };
  const workspace = { read: (path: string) => texts.get(path) ?? null, list };
  return compile({ files, workspace })
    .diagnostics.filter((each) => severities.includes(severityOf(each)))
    .map(({ code, file, span, params }) => ({
      code,
      params,
      at: texts.get(file)?.slice(span.start, span.end),
    }));
}

/** Codes of errors and warnings, each once. */
const codesOf = (texts: ReadonlyMap<string, string>) =>
  [...new Set(said(texts, ['error', 'warning']).map(({ code }) => code))].sort();

const syntaxErrors = (text: string) => {
  const { chunks, problems } = parseModule(text);
  return [...problems, ...chunks.flatMap(({ chunk }) => chunk.problems)];
};

const isOcm = ({ language }: Block) => language === 'ocm';

describe.each(pages)('%s', (page) => {
  const blocks = blocksOf(page);
  const where = (block: Block): [string, Block] => [`line ${block.line}`, block];
  const alone = blocks.filter((block) => isOcm(block) && fileOf(block) === null);
  const whole = alone.filter(({ words }) => words.length === 0);
  const fragments = alone.filter(({ words }) => words[0] === 'fragment');
  const wrong = alone.filter((block) => wrongOf(block) !== null);

  test('says of each example what it is', () => {
    const known = whole.length + fragments.length + wrong.length;
    expect(alone.length - known).toBe(0);
  });

  if (whole.length > 0) {
    test.each(whole.map(where))('example at %s compiles on its own', (_, { text }) => {
      expect(said(new Map([['main.ocm', text]]), ['error'])).toEqual([]);
    });
  }
  if (fragments.length > 0) {
    test.each(fragments.map(where))('fragment at %s is read', (_, { text }) => {
      expect(syntaxErrors(text)).toEqual([]);
    });
  }
  if (wrong.length > 0) {
    test.each(wrong.map(where))('example at %s gives what it says', (_, block) => {
      expect(codesOf(new Map([['main.ocm', block.text]]))).toEqual(wrongOf(block));
    });
  }

  const pairs = blocks.flatMap((block, index) => {
    const next = blocks.slice(index).find(isOcm);
    const isYaml = block.language === 'yaml' && block.words[0] === 'same';
    return isYaml && next !== undefined ? [{ block, next }] : [];
  });
  if (pairs.length > 0) {
    test.each(pairs.map(({ block, next }): [string, Block, Block] => [...where(block), next]))(
      'objects at %s are what the next example compiles to',
      (_, { text }, next) => {
        const { program } = compile({ files: [{ uri: 'main.ocm', text: next.text }] });
        const compiled = program === null ? [] : lower(program).objects.map(({ object }) => object);
        const read = parseYaml(text);
        const wanted = read.ok ? read.documents.map(({ value }) => value) : [];
        expect(wanted.length).toBeGreaterThan(0);
        expect(compiled).toEqual(expect.arrayContaining<unknown>(wanted));
      },
    );
  }

  test('writes its examples as `ocm fmt` does', () => {
    const readable = blocks.filter(
      (block) => isOcm(block) && syntaxErrors(block.text).length === 0,
    );
    const ugly = readable.filter(({ text }) => formatText(text).text !== text);
    if (isUpdate && ugly.length > 0) {
      let text = readFileSync(join(root, page), 'utf8');
      for (const block of ugly.toReversed()) {
        const end = block.at + block.text.length;
        text = text.slice(0, block.at) + formatText(block.text).text + text.slice(end);
      }
      writeFileSync(join(root, page), text);
      return;
    }
    expect(ugly.map(({ line }) => `line ${line}: run the tests with UPDATE=1`)).toEqual([]);
  });
});

const stories = pages.filter((page) =>
  blocksOf(page).some(({ language }) => language === 'console'),
);

describe.each(stories)('what %s shows', (page) => {
  const folder = mkdtempSync(join(tmpdir(), 'ocm-manual-'));
  beforeAll(() => {
    writeFileSync(join(folder, 'ocm.json'), '{}\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  };

  for (const block of blocksOf(page)) {
    const path = fileOf(block);
    if (path !== null) {
      test(`line ${block.line}: ${path}`, () => {
        write(path, block.text);
        if (!path.endsWith('.ocm')) return;
        const texts = textsIn(join(folder, dirname(path)));
        if (wrongOf(block) === null) expect(said(texts, ['error'])).toEqual([]);
        else expect(codesOf(texts)).toEqual(wrongOf(block));
      });
    }
    if (block.language !== 'console') continue;
    for (const { argv, output } of runsOf(block)) {
      test(`line ${block.line}: $ ${argv.join(' ')}`, async () => {
        expect(argv[0]).toBe('ocm');
        const io = testIo({ cwd: folder });
        await run(argv.slice(1), io);
        const printed = io.stdout() + io.stderr();
        if (!matches(output, printed)) expect(printed).toBe(output);
      });
    }
  }
});

/** Files of a folder by their path in it. */
function textsIn(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((full) => [full.slice(folder.length + 1), readFileSync(full, 'utf8')]),
  );
}

test('the reference is what the schema makes it', async () => {
  const { referencePage } = (await import(join(root, 'scripts/reference.mjs'))) as {
    readonly referencePage: () => string;
  };
  const written = readFileSync(join(root, 'docs/language/reference.md'), 'utf8');
  expect(written, 'run `npm run generate`').toBe(referencePage());
});

test('the index names every page', () => {
  const index = readFileSync(join(root, 'docs/language/README.md'), 'utf8');
  const named = pages.filter((page) => page.startsWith('docs/language/'));
  const missing = named.filter(
    (page) => !index.includes(`](${page.slice('docs/language/'.length)})`),
  );
  expect(missing).toEqual(['docs/language/README.md']);
});

test('blocks are found with their words, also those that hold a fence', () => {
  const text = 'a\n```ocm fragment x\nlet a = 1\n```\n````ocm\nlet f = ```rego\n  x\n  ```\n````\n';
  const [first, second] = blocksIn('p', text);
  expect(first).toMatchObject({
    line: 2,
    language: 'ocm',
    words: ['fragment', 'x'],
    text: 'let a = 1\n',
  });
  expect(second).toMatchObject({ line: 5, words: [], text: 'let f = ```rego\n  x\n  ```\n' });
  expect(text.slice(first?.at, (first?.at ?? 0) + 3)).toBe('let');
});

test('commands are taken apart, and output may leave out parts', () => {
  const [block] = blocksIn(
    'p',
    '```console\n$ ocm eval a \\\n    --param "b=c d"\none\ntwo\n$ ./bin/ocm x\n```\n',
  );
  expect(block && runsOf(block)).toEqual([
    { argv: ['ocm', 'eval', 'a', '--param', 'b=c d'], output: 'one\ntwo\n' },
    { argv: ['ocm', 'x'], output: '' },
  ]);
  expect(matches('one\n…\nfour\n', 'one\ntwo\nthree\nfour\n')).toBe(true);
  expect(matches('one\n…', 'one\ntwo\n')).toBe(true);
  expect(matches('one\n', 'one\ntwo\n')).toBe(false);
  expect(matches('two\n', 'one\ntwo\n')).toBe(false);
  expect(matches('', '')).toBe(true);
});
