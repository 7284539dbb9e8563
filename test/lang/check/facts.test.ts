import { expect, test } from 'vitest';
import { typeText } from '../../../src/lang/check/type.ts';
import { analyse } from '../../../src/lang/compile.ts';
import { inFile } from '../../../src/lang/place.ts';
import { readCase } from '../case.ts';

const text = `namespace shop
import "./lib" as lib
fleet { env: prod | dev }
clusterset all { }
namespace shop { bind: [all] }
type Size = { n: int }
let size: Size = { n: lib.count }
fun is-prod(c: Cluster) = c.env == prod
placement web { from: [all], where: is-prod(cluster), take: size.n }
policy p { on: [web], musthave Namespace a { } }
//# file: lib/a.ocm
let count = 2
`;

test('every reference knows what it refers to, and where that stands', () => {
  const input = readCase(text);
  const { references, diagnostics } = analyse(input);
  expect(diagnostics).toEqual([]);
  const shown = references.map(({ place, span, to }) => {
    const { start, end } = inFile(place, span);
    const there = inFile(to.place, to.span);
    const from = input.texts.get(place.unit.uri)?.slice(start, end);
    const target = input.texts.get(to.place.unit.uri)?.slice(there.start, there.end);
    return `${from} -> ${to.place.unit.uri} ${target}`;
  });
  expect([...new Set(shown)].sort()).toEqual([
    'Size -> main.ocm Size',
    'all -> main.ocm all',
    'count -> lib/a.ocm count',
    'env -> main.ocm env',
    'is-prod -> main.ocm is-prod',
    'lib -> main.ocm lib',
    'size -> main.ocm size',
    'web -> main.ocm web',
  ]);
});

test('every expression has a type', () => {
  const { types } = analyse(readCase(text));
  const shown = [...types].map(([expr, type]) => `${expr.kind}: ${typeText(type)}`);
  expect(shown).toContain('member: `prod` | `dev`');
  expect(shown).toContain('binary: a bool');
  expect(shown).toContain('body: a record { n }');
  expect(shown).toContain('call: a bool');
});

test('origins of the IR point at the text they come from', () => {
  const input = readCase(text);
  const { program } = analyse(input);
  const placement = program?.decls.find(({ kind }) => kind === 'placement');
  const slice = (origin: {
    readonly file: number;
    readonly span: { start: number; end: number };
  }) =>
    input.texts
      .get(program?.files[origin.file]?.uri ?? '')
      ?.slice(origin.span.start, origin.span.end);
  expect(placement && slice(placement.origin)).toMatch(/^placement web \{.*\}$/);
  const where = placement?.kind === 'placement' ? placement.where : undefined;
  expect(where?.op === 'compare' && where.origin && slice(where.origin)).toBe('c.env == prod');
  expect(program?.files.map(({ uri }) => uri)).toEqual(['main.ocm', 'lib/a.ocm']);
});
