import { describe, expect, test } from 'vitest';
import { analyse } from '../../../src/lang/compile.ts';
import { schemas } from '../../../src/lang/schema/constructs.ts';
import type { BlockSchema } from '../../../src/lang/schema/schema.ts';
import { parseModule } from '../../../src/lang/syntax/parse.ts';

/** A block of a construct with something in it, in the blocks it belongs in. */
function around(schema: BlockSchema, inner: string): string {
  const labels = schema.labels.map(({ is }, at) => {
    if (is === 'kind') return 'ConfigMap';
    return is === 'text' ? '"a"' : is === 'duration' ? '5m' : `a${at}`;
  });
  const head = [schema.head, ...labels].join(' ');
  const [parent = 'file'] = schema.in;
  const block = `${head} {\n  ${inner}\n}`;
  if (parent === 'file') return block;
  return around(schemas[parent as keyof typeof schemas], block.replaceAll('\n', '\n  '));
}

const before = 'placement first { take: 1 }\n\n';
const after = '\n\nplacement second { take: 2 }\n\nlet last = 3\n';

/** What stands in the middle of a block while somebody types. */
const states: Readonly<Record<string, string>> = {
  'a key without a value': 'where:',
  'a member not named yet': 'where: cluster.',
  'a comparison without its right side': 'where: cluster.env ==',
  'an open list': 'from: [',
  'an open call': 'where: has(',
  'an open record': 'labels: {',
  'half a keyword': 'fo',
  'half a head': 'gro x',
  'a closing brace too many': '}',
  'a condition that goes on': 'where: cluster.ready &&',
};

describe.each(Object.values(schemas).map((schema): [string, BlockSchema] => [schema.head, schema]))(
  'while a block %s is typed',
  (_, schema) => {
    test.each(Object.entries(states))(
      '%s leaves all other declarations as they are',
      (_name, typed) => {
        const text = `${before}${around(schema, typed)}${after}`;
        const { chunks } = parseModule(text);
        const decls = chunks.flatMap(({ chunk }) => chunk.decls);
        const names = decls.map((decl) => (decl.kind === 'block' ? decl.labels[0] : decl));
        expect(JSON.stringify(names[0])).toContain('"first"');
        expect(JSON.stringify(names.at(-2))).toContain('"second"');
        expect(decls.at(-1)).toMatchObject({ kind: 'binding', name: { text: 'last' } });
        for (const { chunk } of [chunks[0], ...chunks.slice(-2)].flatMap((each) => each ?? [])) {
          expect(chunk.problems).toEqual([]);
        }
        // one mistake is one message, and it is where it is being typed
        const { diagnostics } = analyse({ files: [{ uri: 'main.ocm', text }] });
        const syntax = diagnostics.filter(({ code }) => code.startsWith('OCM1'));
        expect(syntax.length).toBeLessThanOrEqual(1);
        for (const { span } of syntax) {
          expect(span.start).toBeGreaterThanOrEqual(before.length);
          expect(span.end).toBeLessThanOrEqual(text.length - after.length);
        }
      },
    );
  },
);

/** What is no block with keys, typed from left to right. */
const declarations: Readonly<Record<string, string>> = {
  fleet: 'fleet {\n  env: prod | stage = prod from label "e"\n  zone?: string\n}',
  let: 'let x: [string] = ["a", for y in z: "${y}b", ...q]',
  param: 'param image: string = "x"',
  fun: 'fun f(a: int, b: string): int = if a > 1 then a + 2 else 3',
  type: 'type Size = small | { n: int, m?: [string] }',
  kind: 'kind Widget: "example.com/v1"',
  import: 'import "./lib" as lib',
  for: 'for r in ["a", "b"] if r != "c" {\n  placement "p-${r}" { where: has(x) }\n}',
  namespace: 'namespace shop { bind: [a, b] }',
  note: '@allow(OCM4001, reason: "x")\nplacement q { take: 2 }',
  fence: 'placement q { where: ```cel\n a.b\n``` }',
  raw: 'placement q {\n  raw: { spec: { a: [1, "b"], c: { d: true } } }\n}',
};

describe.each(Object.entries(declarations))('while a %s is typed', (_, whole) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('its state %i leaves the others', (tenths) => {
    const typed = whole.slice(0, Math.ceil((whole.length * tenths) / 10));
    for (const text of [whole.slice(0, 1), typed].map((each) => `${before}${each}${after}`)) {
      const decls = parseModule(text).chunks.flatMap(({ chunk }) => chunk.decls);
      expect(JSON.stringify(decls[0])).toContain('"first"');
      const blocks = decls.flatMap((decl) => (decl.kind === 'block' ? [decl] : []));
      const second = blocks.at(-1);
      expect(second?.head.text).toBe('placement');
      expect(JSON.stringify(second?.labels)).toContain('"second"');
      expect(decls.at(-1)).toMatchObject({ kind: 'binding', name: { text: 'last' } });
    }
  });
});
