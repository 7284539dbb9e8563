import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/capabilities.ts';
import { type Mirror, mirror } from './mirror.ts';

const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  scripts: Record<string, string>;
};
const biome = 'node_modules/@biomejs/biome/bin/biome';
const pure = ['base', 'kube', 'ir', 'lang', 'engine'];
const forbiddenGlobals = [
  'Date',
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'crypto',
  'performance',
  'Buffer',
  'RegExp',
];

/** File → its text and the one lint rule that must object (null: none). */
const planted: Readonly<Record<string, readonly [text: string, rule: string | null]>> = {
  ...Object.fromEntries(
    pure.flatMap((layer) =>
      forbiddenGlobals.map((name) => [
        `src/${layer}/global-${name.toLowerCase()}.ts`,
        [`export const it: unknown = ${name};\n`, 'style/noRestrictedGlobals'] as const,
      ]),
    ),
  ),
  'src/runtime/clock.ts': ['export const it = Date.now();\n', null],
  'src/runtime/pattern.ts': [
    'export const it = (text: string) => new RegExp(text);\n',
    'style/noRestrictedGlobals',
  ],
  'src/engine/literal.ts': ['export const it = /a+b/.test("aab");\n', null],
  'src/engine/loose.ts': ['export const it = (x: any) => x;\n', 'suspicious/noExplicitAny'],
  'src/cli/sure.ts': [
    'export const it = (x: string | null): string => x!;\n',
    'style/noNonNullAssertion',
  ],
  'src/cli/nameless.ts': ['const it = 1;\nexport default it;\n', 'style/noDefaultExport'],
  'src/cli/camelCase.ts': ['export const it = 1;\n', 'style/useFilenamingConvention'],
  'src/cli/Upper.ts': ['export const it = 1;\n', 'style/useFilenamingConvention'],
  'src/cli/overwrite.ts': [
    'export function it(x: number): number {\n  x += 1;\n  return x;\n}\n',
    'style/noParameterAssign',
  ],
  'src/cli/types.ts': [
    "import { A } from './shape.ts';\nexport const it = (a: A) => a;\n",
    'style/useImportType',
  ],
  'src/cli/shape.ts': ['export interface A {\n  readonly b: 1;\n}\n', null],
  'src/cli/chatter.ts': ['export const it = () => console.log(1);\n', 'suspicious/noConsole'],
  'src/cli/round-a.ts': [
    "import { b } from './round-b.ts';\nexport const a = () => b;\n",
    'suspicious/noImportCycles',
  ],
  'src/cli/round-b.ts': [
    "import { a } from './round-a.ts';\nexport const b = () => a;\n",
    'suspicious/noImportCycles',
  ],
};

describe('lint', { timeout: 120_000 }, () => {
  let tree: Mirror;
  beforeAll(() => {
    const files = Object.entries(planted).map(([name, [text]]) => [name, text] as const);
    tree = mirror(Object.fromEntries(files));
  });
  afterAll(() => tree.remove());
  const lint = (...paths: string[]) =>
    tree.run(
      biome,
      'lint',
      '--reporter=json',
      '--max-diagnostics=none',
      '--diagnostic-level=error',
      ...paths,
    );

  test('every planted violation is an error, by exactly the rule it breaks', () => {
    const ran = lint('src');
    const report = JSON.parse(ran.out.slice(0, ran.out.indexOf('\n'))) as {
      diagnostics: { category: string; severity: string; location: { path: string } }[];
    };
    const found: Record<string, string[]> = {};
    for (const { category, location } of report.diagnostics) {
      const rules = new Set(found[location.path]).add(category);
      found[location.path] = [...rules];
    }
    const expected = Object.entries(planted).flatMap(([name, [, rule]]) =>
      rule === null ? [] : [[name, [`lint/${rule}`]]],
    );
    expect(found).toEqual(Object.fromEntries(expected));
    expect(ran.status).toBe(1);
  });

  test('npm run lint fails on a planted file and passes one without violations', () => {
    const [tool, ...args] = scripts['lint']?.split(' ') ?? [];
    expect([tool, args[0], args.at(-1)]).toEqual(['biome', 'check', '.']);
    const check = (path: string) => tree.run(biome, ...args.slice(0, -1), path).status;
    expect(check('src/engine/global-date.ts')).toBe(1);
    expect(check('src/runtime/clock.ts')).toBe(0);
  });

  test('a global of Node or of the browser in a pure layer is a type error too', () => {
    const typed = mirror({
      'src/engine/socket.ts': "export const it = () => new WebSocket('ws://localhost');\n",
      'src/engine/folder.ts': 'export const it = () => __dirname;\n',
      'src/engine/timer.ts': 'export const it = () => setTimeout(() => {}, 1);\n',
    });
    try {
      const ran = typed.run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.pure.json');
      for (const name of ['WebSocket', '__dirname', 'setTimeout']) {
        expect(ran.out).toMatch(new RegExp(`error TS\\d+: Cannot find name '${name}'`));
      }
      expect(ran.status).not.toBe(0);
    } finally {
      typed.remove();
    }
  });
});
