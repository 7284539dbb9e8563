import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Compilation, compile, severityOf } from '../../src/lang/index.ts';
import { limits } from '../../src/lang/syntax/limits.ts';
import { readCase } from './case.ts';

/** Compiles a text and holds what is true of every compilation: every message has a place in its file. */
function compiled(text: string): Compilation {
  const input = readCase(text);
  const compilation = compile(input);
  for (const { file, span } of compilation.diagnostics) {
    const length = input.texts.get(file)?.length ?? -1;
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    expect(span.end).toBeLessThanOrEqual(length);
  }
  return compilation;
}

const codes = ({ diagnostics }: Compilation): readonly string[] =>
  diagnostics.map(({ code }) => code);

const app = `namespace shop
clusterset edge { }
namespace shop { bind: [edge] }
placement web { from: [edge] }
app a { on: [web], resources: [file("a.yaml")] }
//# file: a.yaml
`;

test('any bytes are read as some text, and what is wrong has a place', () => {
  const bytes = fc.uint8Array({ maxLength: 400 }).map((all) => new TextDecoder().decode(all));
  fc.assert(
    fc.property(bytes, (text) => {
      const { program, diagnostics } = compiled(text);
      const hasErrors = diagnostics.some((each) => severityOf(each) === 'error');
      expect(program === null).toBe(hasErrors);
    }),
    { numRuns: 500 },
  );
});

test('any bytes in a file of manifests are a message at the source that names it', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((all) => new TextDecoder().decode(all));
  const pieces = fc.constantFrom(
    'a: &x [*x]\n',
    '? {',
    '--- ',
    '%YAML',
    '!!binary ',
    '- - - ',
    '\t',
    '"\\',
    '<<: *a',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        bytes,
        fc.array(pieces).map((all) => all.join('')),
      ),
      (yaml) => {
        if (!/^\/\/# /m.test(yaml)) compiled(app + yaml);
      },
    ),
    { numRuns: 300 },
  );
});

describe('what grows is bounded', () => {
  test('a file is at most 4 MiB', () => {
    expect(codes(compiled(' '.repeat(limits.fileLength + 1)))).toEqual(['OCM1004']);
    expect(codes(compiled(' '.repeat(limits.fileLength)))).toEqual([]);
  });

  test.each(['[', '(', '{', '!', '-', 'a.', 'a + ', 'if a then ', '"${'])(
    'a hundred thousand `%s` are one message',
    (piece) => {
      const found = compiled(`let x = ${piece.repeat(100_000)}`).diagnostics;
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThan(5);
    },
  );

  test('lists that multiply are stopped', () => {
    const lets = Array.from(
      { length: 12 },
      (_, at) => `let l${at + 1} = [for x in l${at}: l${at}]`,
    );
    const text = `let l0 = [for i in range(1, 1000): i]\n${lets.join('\n')}\n`;
    expect(codes(compiled(text))).toContain('OCM2036');
  });

  test.each([
    'json(l5)',
    'l5 == l6',
    'yaml(l4)',
    'l5.sort()',
    'l6.unique()',
    'merge({ a: l5 }, { a: l5 })',
  ])('what is small only because it is shared is not written out: %s', (use) => {
    const lets = Array.from({ length: 8 }, (_, at) => `let l${at + 1} = [for x in l${at}: l${at}]`);
    const text = `let l0 = [for i in range(1, 1000): i]\n${lets.join('\n')}\nlet y = ${use}\n`;
    expect(codes(compiled(text))).toContain('OCM2036');
  });

  test('of misspelt words each is an error, and the first have advice', () => {
    const lets = Array.from({ length: 3000 }, (_, at) => `let value${at} = velue${at}x`);
    const { diagnostics } = compiled(`${lets.join('\n')}\n`);
    expect(diagnostics.map(({ code }) => code)).toEqual(lets.map(() => 'OCM2003'));
    expect(diagnostics[0]?.help).toBeDefined();
    expect(diagnostics.at(-1)?.help).toBeUndefined();
  });

  test('texts that multiply are stopped', () => {
    const lets = Array.from({ length: 60 }, (_, at) => `let t${at + 1} = t${at} + t${at}`);
    expect(codes(compiled(`let t0 = "0123456789"\n${lets.join('\n')}\n`))).toContain('OCM2036');
  });

  test('functions that multiply are stopped', () => {
    const funs = Array.from(
      { length: 60 },
      (_, at) => `fun f${at + 1}(x: int): int = f${at}(x) + f${at}(x)`,
    );
    const text = `fun f0(x: int): int = x\n${funs.join('\n')}\nlet y = f60(1)\n`;
    expect(codes(compiled(text))).toContain('OCM2036');
  });

  test('aliases that multiply in YAML are refused', () => {
    const levels = 'abcdefghij'.split('').map((name, at, all) => {
      const of = at === 0 ? '"x"' : `*${all[at - 1]}`;
      return `  ${name}: &${name} [${Array(10).fill(of).join(', ')}]`;
    });
    const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n${levels.join('\n')}\n`;
    expect(codes(compiled(app + yaml))).toContain('OCM2035');
  });

  test('YAML nested a hundred thousand deep is refused', () => {
    expect(codes(compiled(`${app}a: ${'['.repeat(100_000)}`))).toContain('OCM2035');
  });
});

describe('what is refused or kept exactly', () => {
  test('integers beyond 2^53', () => {
    const { program } = compiled(
      'namespace shop\nresource ConfigMap a { data: { big: "${9007199254740993}", most: "${9223372036854775807}" } }\n',
    );
    expect(JSON.stringify(program)).toContain('9007199254740993');
    expect(JSON.stringify(program)).toContain('9223372036854775807');
    expect(codes(compiled('let x = 9223372036854775808\n'))).not.toEqual([]);
    expect(codes(compiled('let x = 9223372036854775807 + 1\n'))).toContain('OCM2024');
  });

  test('duplicate keys', () => {
    expect(codes(compiled('namespace shop\nplacement a { take: 1, take: 2 }\n'))).toContain(
      'OCM2014',
    );
    const yaml =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "1", a: "2" }\n';
    expect(codes(compiled(app + yaml))).toContain('OCM2035');
  });

  test('keys that mean something to JavaScript', () => {
    const yaml =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { __proto__: "x", constructor: "y" }\n';
    const { program, diagnostics } = compiled(app + yaml);
    const refused = diagnostics.some(({ code }) => code === 'OCM2035');
    expect(refused || /"__proto__":"x"/.test(JSON.stringify(program))).toBe(true);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
