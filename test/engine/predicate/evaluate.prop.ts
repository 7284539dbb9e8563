import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { evaluate, holds } from '../../../src/engine/predicate/evaluate.ts';
import { render } from '../../../src/engine/predicate/render.ts';
import { isMissing, toJson } from '../../../src/engine/predicate/value.ts';
import type { IrExpr, IrItem, IrRecordItem, IrSource, IrType } from '../../../src/ir/expr.ts';
import { callBuiltin } from '../../../src/lang/fold/functions.ts';
import {
  fromJson as foldedFromJson,
  toJson as foldedToJson,
} from '../../../src/lang/fold/value.ts';
import { call, facts, json, scope } from './builders.ts';

const types: readonly IrType[] = [
  'bool',
  'int',
  'float',
  'string',
  'quantity',
  'duration',
  'percent',
  'version',
  'time',
  'cidr',
  'score',
  'condition',
  'json',
];
const names = ['a', 'b', '__proto__', 'constructor', 'toString', ''];
const texts = ['', 'a', '1', '1.5', '1Gi', '5m', '50%', 'v1.29', 'true', 'True', '10.0.0.0/8', '('];
const arities: ReadonlyMap<string, number> = new Map([
  ...['string', 'json', 'yaml', 'fromJson', 'fromYaml', 'int', 'float', 'quantity'].map(one),
  ...['duration', 'version', 'percent', 'size', 'lower', 'upper', 'trim', 'base64'].map(one),
  ...['unbase64', 'sha256', 'sort', 'unique', 'first', 'keys', 'values'].map(one),
  ...['major', 'minor', 'patch'].map(one),
  ...['min', 'max', 'range', 'contains', 'startsWith', 'endsWith', 'matches'].map(two),
  ...['split', 'join', 'merge'].map(two),
  ['replace', 3] as const,
]);
const functions = [...arities.keys()];
const name = fc.constantFrom(...names);
const type = fc.constantFrom(...types);
const source: fc.Arbitrary<IrSource> = fc.oneof(
  fc.record({ from: fc.constantFrom('label', 'claim', 'annotation'), key: name }),
  fc.record({ from: fc.constant('condition' as const), type: name }),
  fc.record({ from: fc.constant('addon' as const), name }),
  fc.record({ from: fc.constant('score' as const), resource: name, score: name }),
  fc.record({ from: fc.constant('field' as const), path: fc.array(name, { maxLength: 3 }) }),
  fc.constantFrom<IrSource>({ from: 'sets' }, { from: 'taints' }),
);
const data = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json),
  fc.constantFrom<Json>(...texts),
  fc.integer({ min: -3, max: 20 }),
);

const { expr } = fc.letrec<{ expr: IrExpr; item: IrItem; field: IrRecordItem }>((tie) => {
  const args = fc.array(tie('expr'), { maxLength: 3 });
  const loop = { variables: fc.array(name, { minLength: 1, maxLength: 2 }), over: tie('expr') };
  const test = fc.option(tie('expr'));
  return {
    expr: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.record({ op: fc.constant('const' as const), type, value: data }),
      fc.record(
        { op: fc.constant('attribute' as const), name, type, source, default: data },
        { requiredKeys: ['op', 'name', 'type', 'source'] },
      ),
      fc.record({ op: fc.constant('variable' as const), name }),
      fc.record({ op: fc.constantFrom('and', 'or'), args }),
      fc.record({ op: fc.constantFrom('not', 'has', 'negate'), arg: tie('expr') }),
      fc.record({
        op: fc.constant('compare' as const),
        by: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
        left: tie('expr'),
        right: tie('expr'),
      }),
      fc.record({
        op: fc.constant('arithmetic' as const),
        by: fc.constantFrom('+', '-', '*', '/'),
        left: tie('expr'),
        right: tie('expr'),
      }),
      fc.record({ op: fc.constantFrom('in', 'coalesce'), left: tie('expr'), right: tie('expr') }),
      fc.record({
        op: fc.constant('if' as const),
        test: tie('expr'),
        yes: tie('expr'),
        no: tie('expr'),
      }),
      fc.record({ op: fc.constant('member' as const), of: tie('expr'), name }),
      fc.record({ op: fc.constant('index' as const), of: tie('expr'), at: tie('expr') }),
      fc.record({
        op: fc.constant('call' as const),
        function: fc.constantFrom(...functions, ...names),
        args,
      }),
      fc
        .record({
          function: fc.constantFrom('any', 'all', 'filter', 'map'),
          over: tie('expr'),
          variable: name,
          body: tie('expr'),
        })
        .map(({ function: of, over, variable, body }) =>
          call(of, over, { op: 'lambda', variable, body }),
        ),
      fc.record({ op: fc.constant('format' as const), parts: args }),
      fc.record({
        op: fc.constant('list' as const),
        items: fc.array(tie('item'), { maxLength: 3 }),
      }),
      fc.record({
        op: fc.constant('record' as const),
        items: fc.array(tie('field'), { maxLength: 3 }),
      }),
      fc.record({ op: fc.constant('cel' as const), source: fc.constantFrom(...texts) }),
    ) as fc.Arbitrary<IrExpr>,
    item: fc.oneof(
      { maxDepth: 3 },
      fc.record({ item: fc.constant('value' as const), value: tie('expr') }),
      fc.record({ item: fc.constant('spread' as const), of: tie('expr') }),
      fc.record({
        item: fc.constant('for' as const),
        ...loop,
        test,
        items: fc.array(tie('item'), { maxLength: 2 }),
      }),
    ) as fc.Arbitrary<IrItem>,
    field: fc.oneof(
      { maxDepth: 3 },
      fc.record({ item: fc.constant('field' as const), key: name, value: tie('expr') }),
      fc.record({ item: fc.constant('spread' as const), of: tie('expr') }),
      fc.record({
        item: fc.constant('for' as const),
        ...loop,
        test,
        items: fc.array(tie('field'), { maxLength: 2 }),
      }),
    ) as fc.Arbitrary<IrRecordItem>,
  };
});

const label = fc.dictionary(name, fc.constantFrom(...texts), { noNullPrototype: true });
const cluster = fc
  .record({
    labels: label,
    annotations: label,
    claims: fc.array(fc.record({ name, value: fc.constantFrom(...texts) }), { maxLength: 3 }),
    taints: fc.array(fc.record({ key: name, effect: name }), { maxLength: 2 }),
    sets: fc.array(name, { maxLength: 2 }),
  })
  .map(({ labels, annotations, claims, taints, sets }) =>
    facts(
      {
        metadata: { labels, annotations },
        spec: { taints },
        status: { clusterClaims: claims },
      },
      { sets },
    ),
  );

test('every expression has a value or a reason on every cluster, always the same', () => {
  fc.assert(
    fc.property(expr, cluster, (of, on) => {
      const before = JSON.stringify(of);
      const value = evaluate(of, scope(on));
      expect(evaluate(structuredClone(of), scope(on))).toEqual(value);
      expect(holds(of, scope(on))).toBe(value === true);
      const rendered = render(of, scope(on));
      expect(rendered.ok).toBe(!isMissing(value));
      if (rendered.ok) expect(JSON.parse(JSON.stringify(rendered.value))).toEqual(rendered.value);
      expect(JSON.stringify(of)).toBe(before);
    }),
    { numRuns: 1500 },
  );
});

test('built-ins give at run time what they give when they are folded', () => {
  // Ints and floats compare at run time, where JSON does not say which it means; while compiling they do not mix.
  const { plain } = fc.letrec<{ plain: Json }>((tie) => ({
    plain: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Json>(null, true, false, ...texts),
      fc.maxSafeInteger(),
      fc.array(tie('plain'), { maxLength: 3 }),
      fc.dictionary(name, tie('plain'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  const applied = fc
    .constantFrom(...functions)
    .chain((of) => fc.tuple(fc.constant(of), fc.array(plain, exactly(arities.get(of) ?? 0))));
  fc.assert(
    fc.property(applied, ([of, values]) => {
      const folded = callBuiltin(of, values.map(foldedFromJson));
      const value = evaluate(call(of, ...values.map(json)), scope(null));
      expect(isMissing(value) ? undefined : toJson(value)).toEqual(
        folded === undefined ? undefined : foldedToJson(folded),
      );
    }),
    { numRuns: 3000 },
  );
});

function exactly(length: number) {
  return { minLength: length, maxLength: length };
}

function one(of: string): readonly [string, number] {
  return [of, 1];
}

function two(of: string): readonly [string, number] {
  return [of, 2];
}
