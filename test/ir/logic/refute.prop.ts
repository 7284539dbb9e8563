import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import type { Json } from '../../../src/base/json.ts';
import type { ClusterFacts } from '../../../src/engine/inventory/facts.ts';
import { readAttribute } from '../../../src/engine/predicate/attribute.ts';
import { evaluate } from '../../../src/engine/predicate/evaluate.ts';
import { fromJson, isMissing } from '../../../src/engine/predicate/value.ts';
import type { IrAttribute, IrComparison, IrExpr } from '../../../src/ir/expr.ts';
import { contradict, contradictionIn, isContingent } from '../../../src/ir/logic/refute.ts';
import { operandsOf } from '../../../src/ir/operands.ts';
import { atom, clusters, joined } from '../drawn.ts';
import { claim, coalesce, compare, constant, fact, field, has, label, member } from '../exprs.ts';

const order = fc.constantFrom<IrComparison>('==', '!=', '<', '<=', '>', '>=');
const number = fc.integer({ min: 0, max: 3 });

// The same fact as several types, with a default and with `??`: what a decision could mix up.
const cpus = [
  label('cpus', {}, 'int'),
  label('cpus', {}, 'float'),
  label('cpus', { default: 2 }, 'int'),
  coalesce(label('cpus', {}, 'int'), constant(1)),
  coalesce(label('cpus', { default: 3 }, 'int'), constant(1)),
];
const name = field('metadata.name', 'string');
const memories = [field('status.allocatable.memory', 'quantity'), label('x', {}, 'quantity')];
const k8s = [claim('k8s', {}, 'version'), claim('k8s', { default: 'v1.30.1' }, 'version')];
const ready = fact('ready', { from: 'condition', type: 'Ready' }, 'condition');
const about = fc.oneof(
  fc.tuple(fc.constantFrom(...cpus), order, number).map(([of, by, to]) => compare(of, by, to)),
  fc.constantFrom(label('cpus'), label('x', {}, 'int')).map(has),
  fc
    .tuple(fc.constantFrom(...memories), order, fc.constantFrom('1Gi', '1024Mi', '2Gi', 'a'))
    .map(([of, by, to]) => compare(of, by, constant(to, 'quantity'))),
  fc
    .tuple(fc.constantFrom(...k8s), order, fc.constantFrom('v1.30', 'v1.30.0', 'v1.31', 'v1.30.1'))
    .map(([of, by, to]) => compare(of, by, constant(to, 'version'))),
  fc
    .tuple(fc.constantFrom('==', '!='), fc.constantFrom('c', 'd'))
    .map(([by, to]) => compare(coalesce(name, constant('d')), by as IrComparison, to)),
  fc.constantFrom('==', '!=').map((by) => compare(ready, by as IrComparison, true)),
);
const predicate = joined(fc.oneof(atom, about));

const now = instant(0);
const isTrue = (expr: IrExpr, cluster: ClusterFacts) =>
  evaluate(expr, { cluster, now, compat: 'native' }) === true;

function attributesIn(expr: IrExpr): readonly IrAttribute[] {
  return expr.op === 'attribute' ? [expr] : operandsOf(expr).flatMap(attributesIn);
}

test('never says of a predicate what some cluster contradicts', () => {
  const said = { never: 0, always: 0, known: 0 };
  const some = fc.array(clusters, { minLength: 25, maxLength: 25 });
  fc.assert(
    fc.property(predicate, some, (where, drawn) => {
      const never = contradict([{ expr: where, holds: true }]);
      const always = contradict([{ expr: where, holds: false }]);
      const known = contradict([{ expr: where, holds: false }], 'known');
      if (never) said.never += 1;
      if (always) said.always += 1;
      if (known) said.known += 1;
      for (const cluster of drawn) {
        const scope = { cluster, now, compat: 'native' } as const;
        // A default stands for a fact that is not there.
        const isKnown = attributesIn(where).every(
          ({ default: _, ...of }) => !isMissing(readAttribute(of, scope)),
        );
        const found = isTrue(where, cluster);
        if (never) expect(found).toBe(false);
        if (always) expect(found).toBe(true);
        if (known && isKnown) expect(found).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(said.never, said.always, said.known)).toBeGreaterThan(50);
});

const image: IrExpr = member(member({ op: 'variable', name: 'object' }, 'spec'), 'image');
const replicas: IrExpr = member(member({ op: 'variable', name: 'object' }, 'spec'), 'replicas');
const constants = fc.oneof(
  number.map((of) => constant(of)),
  fc.constantFrom('a', 'b', '1Gi').map((of) => constant(of)),
  fc.constantFrom('1Gi', '1').map((of) => constant(of, 'quantity')),
  fc.boolean().map((of) => constant(of)),
);
const ofObject = joined(
  fc.oneof(
    fc
      .tuple(fc.constantFrom(image, replicas), order, constants)
      .map(([of, by, to]) => compare(of, by, to)),
    fc.constantFrom(image, replicas, has(image), has(replicas)),
    fc.tuple(fc.constantFrom(image, replicas), fc.subarray<Json>(['a', 'b', '1Gi'])).map(
      ([left, value]): IrExpr => ({
        op: 'in',
        left,
        right: { op: 'const', type: 'json', value },
      }),
    ),
  ),
);
const values = fc.constantFrom<Json | undefined>(
  ...[undefined, null, 0, 1, 1.5, 2, 3, 'a', 'b', '1Gi', '1', true, false],
  [],
  {},
);

test('nor of a condition on an object, whose fields may be anything', () => {
  let claims = 0;
  fc.assert(
    fc.property(ofObject, fc.array(fc.tuple(values, values), { minLength: 30 }), (where, drawn) => {
      const never = contradict([{ expr: where, holds: true }]);
      const always = contradict([{ expr: where, holds: false }]);
      if (never || always) claims += 1;
      for (const [a, b] of drawn) {
        const spec = {
          ...(a === undefined ? {} : { image: a }),
          ...(b === undefined ? {} : { replicas: b }),
        };
        const value = fromJson({ spec });
        if (isMissing(value)) throw new Error('objects are shallow');
        const bound = { name: 'object', value, outer: null };
        const found = evaluate(where, { cluster: null, now, compat: 'native' }, bound) === true;
        if (never) expect(found).toBe(false);
        if (always) expect(found).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
  expect(claims).toBeGreaterThan(100);
});

test('names claims none of which can be left out', () => {
  const claims = fc.array(fc.record({ expr: predicate, holds: fc.boolean() }), { maxLength: 4 });
  fc.assert(
    fc.property(claims, (all) => {
      const core = contradictionIn(all);
      if (core === null) return;
      expect(contradict(core)).toBe(true);
      for (const left of core) {
        expect(contradict(core.filter((each) => each !== left))).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

function conditionsIn(expr: IrExpr): readonly IrExpr[] {
  const isMade = expr.op === 'and' || expr.op === 'or';
  return isMade ? [expr, ...operandsOf(expr).flatMap(conditionsIn)] : [expr];
}

test('where conditions have nothing to do with each other there is nothing to prove of any', () => {
  let contingent = 0;
  fc.assert(
    fc.property(predicate, (where) => {
      if (!isContingent(where)) return;
      contingent += 1;
      for (const expr of conditionsIn(where)) {
        expect(contradict([{ expr, holds: true }])).toBe(false);
        expect(contradict([{ expr, holds: false }])).toBe(false);
        expect(contradict([{ expr, holds: false }], 'known')).toBe(false);
      }
    }),
    { numRuns: 1000 },
  );
  expect(contingent).toBeGreaterThan(100);
});
