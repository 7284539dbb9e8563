import fc from 'fast-check';
import type { Json } from '../../../src/base/json.ts';
import type { IrExpr, IrItem, IrRecordItem, IrSource, IrType } from '../../../src/ir/expr.ts';
import type { LabelSelector } from '../../../src/kube/object.ts';
import { call, facts } from './builders.ts';

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
/** Texts that some type can read. */
export const texts = [
  '',
  'a',
  '1',
  '1.5',
  '1Gi',
  '5m',
  '50%',
  'v1.29',
  'true',
  'True',
  '10.0.0.0/8',
  '(',
];
/** Built-ins and how many arguments they take. */
export const arities: ReadonlyMap<string, number> = new Map([
  ...['string', 'json', 'yaml', 'fromJson', 'fromYaml', 'int', 'float', 'quantity'].map(one),
  ...['duration', 'version', 'percent', 'size', 'lower', 'upper', 'trim', 'base64'].map(one),
  ...['unbase64', 'sha256', 'sort', 'unique', 'first', 'keys', 'values'].map(one),
  ...['major', 'minor', 'patch'].map(one),
  ...['min', 'max', 'range', 'contains', 'startsWith', 'endsWith', 'matches'].map(two),
  ...['split', 'join', 'merge'].map(two),
  ['replace', 3] as const,
]);
const functions = [...arities.keys()];
/** Keys and variables, also those of Object. */
export const name = fc.constantFrom(...names);
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

const sources = [
  'managedCluster.metadata.labels["a"] == "1"',
  'managedCluster.metadata.labels.exists(l, l == "b")',
  'managedCluster.scores("a").size() > 0',
  'managedCluster.metadata.name == "c"',
  '1 +',
];
const selector: fc.Arbitrary<LabelSelector> = fc.record(
  {
    matchLabels: fc.dictionary(name, fc.constantFrom(...texts), { noNullPrototype: true }),
    matchExpressions: fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'not a key'),
        operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Is'),
        values: fc.array(fc.constantFrom(...texts), { maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

/** Any expression, also one that no compiler would let pass. */
export const { expr } = fc.letrec<{ expr: IrExpr; item: IrItem; field: IrRecordItem }>((tie) => {
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
      fc.record({ op: fc.constant('cel' as const), source: fc.constantFrom(...sources) }),
      fc.record({
        op: fc.constant('selector' as const),
        over: fc.constantFrom('label', 'claim'),
        selector,
      }),
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

const simple = fc.constantFrom('a', 'b');
const read = fc.record({ key: simple, of: fc.constantFrom('label', 'claim') }).map(
  ({ key, of }) =>
    (type: IrType): IrExpr => ({ op: 'attribute', name: key, type, source: { from: of, key } }),
);
const string = fc.constantFrom(...texts.slice(0, 5)).map((value) => constant('string', value));
const atom: fc.Arbitrary<IrExpr> = fc.oneof(
  fc.tuple(read, fc.constantFrom('==', '!='), string).map(
    ([of, by, right]): IrExpr => ({
      op: 'compare',
      by,
      left: of('string'),
      right,
    }),
  ),
  fc.tuple(read, fc.constantFrom('<', '>='), fc.constantFrom('1', '1.5', '1Gi')).map(
    ([of, by, than]): IrExpr => ({
      op: 'compare',
      by,
      left: of('quantity'),
      right: constant('quantity', than),
    }),
  ),
  read.map((of): IrExpr => ({ op: 'has', arg: of('int') })),
  fc.tuple(read, string).map(([of, start]) => call('startsWith', of('string'), start)),
  fc.tuple(read, read).map(
    ([one, other]): IrExpr => ({
      op: 'compare',
      by: '==',
      left: one('string'),
      right: other('string'),
    }),
  ),
  fc.constantFrom(...sources).map((source): IrExpr => ({ op: 'cel', source })),
  fc
    .record({
      over: fc.constantFrom('label', 'claim'),
      key: simple,
      value: fc.constantFrom('a', '1'),
    })
    .map(
      ({ over, key, value }): IrExpr => ({
        op: 'selector',
        over,
        selector: { matchLabels: { [key]: value } },
      }),
    ),
);

/** A predicate as people write it: some clusters meet it, others do not, some do not say. */
export const { predicate } = fc.letrec<{ predicate: IrExpr }>((tie) => {
  const args = fc.array(tie('predicate'), { maxLength: 3 });
  return {
    predicate: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { arbitrary: atom, weight: 8 },
      { arbitrary: expr, weight: 1 },
      { arbitrary: fc.record({ op: fc.constantFrom('and', 'or'), args }), weight: 3 },
      {
        arbitrary: fc.record({ op: fc.constant('not' as const), arg: tie('predicate') }),
        weight: 2,
      },
    ) as fc.Arbitrary<IrExpr>,
  };
});

const label = fc.dictionary(fc.oneof(simple, name), fc.constantFrom(...texts), {
  noNullPrototype: true,
});
/** A cluster named `c` with facts the expressions ask for. */
export const clusterFacts = fc
  .record({
    labels: label,
    annotations: label,
    claims: fc.array(
      fc.record({ name: fc.oneof(simple, name), value: fc.constantFrom(...texts) }),
      { maxLength: 3 },
    ),
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

function constant(type: IrType, value: string): IrExpr {
  return { op: 'const', type, value };
}

function one(of: string): readonly [string, number] {
  return [of, 1];
}

function two(of: string): readonly [string, number] {
  return [of, 2];
}
