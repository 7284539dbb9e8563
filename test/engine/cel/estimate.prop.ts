import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { compileClusterCel, runClusterCel } from '../../../src/engine/cel/cluster-selector.ts';
import type { ClusterFacts } from '../../../src/engine/inventory/facts.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { celOf } from '../../../src/ir/lower/predicate/cel.ts';
import { celCost, clusterBounds } from '../../../src/ir/lower/predicate/cel-cost.ts';
import type { Formula } from '../../../src/ir/lower/predicate/formula.ts';
import { celParts } from '../../../src/ir/lower/predicate/predicates.ts';
import type { ClusterTaint } from '../../../src/kube/ocm/cluster.ts';
import { atom, joined } from '../../ir/drawn.ts';
import {
  call,
  claim,
  compare,
  constant,
  fact,
  field,
  has,
  isIn,
  label,
  member,
  not,
  onTaints,
} from '../../ir/exprs.ts';

const note = fact('note', { from: 'annotation', key: 'note' });
const site = claim('site');
const load = fact('load', { from: 'score', resource: 'usage', score: 'load' }, 'score');
const when = label('when', {}, 'time');
const share = claim('share', { default: 0.5 }, 'float');
const name = field('metadata.name', 'string');
const owner = field('metadata.annotations.owner', 'string');
const many = Array.from({ length: 300 }, (_, at) => `value number ${at}`);
const texts = [note, site, name, owner, claim('other', { default: 'x y' })];

const heavier = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('contains', 'matches', 'startsWith', 'endsWith'),
      fc.constantFrom(...texts),
      fc.constantFrom('a', 'ab*c', 'x'.repeat(40)),
    )
    .map(([test_, of, part]) => call(test_, of, constant(part))),
  fc
    .tuple(fc.constantFrom(...texts), fc.constantFrom(many, ['a b']))
    .map(([of, list]) => isIn(of, list)),
  fc.constantFrom(...texts, load).map(has),
  fc.constantFrom<IrExpr>(
    compare(load, '>', 3),
    compare(when, '<', constant('2026-01-01T00:00:00Z', 'time')),
    compare(share, '>=', constant(0.5, 'float')),
    compare(name, '!=', owner),
    compare(note, '==', 'n'.repeat(300)),
    compare(call('size', fact('taints', { from: 'taints' }, 'json')), '>', 2),
    { op: 'in', left: owner, right: constant('10.0.0.0/8', 'cidr') },
  ),
  fc.tuple(fc.constantFrom('any', 'all'), fc.boolean()).map(([each, isNot]) =>
    onTaints(each, (taint) => {
      const test_ = isIn(member(taint, 'key'), many);
      return isNot ? not(test_) : test_;
    }),
  ),
);
const predicate = joined(fc.oneof(atom, heavier));

const { claims, conditions, taints, scores } = clusterBounds;
const few = (most: number) => fc.oneof(fc.constantFrom(0, 1, most), fc.nat({ max: most }));
const long = (most: number) =>
  fc
    .tuple(fc.constantFrom('n', 'x', '1', '9.'), few(most))
    .map(([of, times]) => of.repeat(times).slice(0, most));
/** Clusters up to the bounds: what is asked for stands last, so that everything is walked through. */
const clusters = fc
  .record({
    claims: few(claims - 4),
    value: long(clusterBounds.claimLength),
    conditions: few(conditions - 1),
    taints: few(taints),
    scores: few(scores - 1),
    note: long(20_000),
    label: long(clusterBounds.labelLength),
    owner: fc.oneof(long(clusterBounds.fieldLength), fc.constant('10.1.2.3')),
  })
  .map((of): ClusterFacts => {
    const list = <T>(length: number, item: (at: number) => T) =>
      Array.from({ length }, (_, at) => item(at));
    const named = ['x', 'site', 'k8s', 'share'].map((key) => ({ name: key, value: of.value }));
    const condition = (type: string) =>
      ({ type, status: 'Unknown', reason: '', message: '' }) as const;
    const taint = (at: number): ClusterTaint => ({
      key: `value number ${at}!`,
      value: of.value,
      effect: 'NoSelect',
    });
    return {
      name: 'c',
      sets: [],
      scores: [
        {
          apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
          kind: 'AddOnPlacementScore',
          metadata: { name: 'usage', namespace: 'c' },
          status: { scores: list(of.scores, (at) => ({ name: `loa${at}`, value: 1 })) },
        },
      ],
      cluster: {
        apiVersion: 'cluster.open-cluster-management.io/v1',
        kind: 'ManagedCluster',
        metadata: {
          name: 'c',
          labels: { when: of.label, cpus: of.label, x: of.label },
          annotations: { note: of.note, owner: of.owner },
        },
        spec: { taints: list(of.taints, taint) },
        status: {
          clusterClaims: [
            ...list(of.claims, (at) => ({ name: `sit${at}`, value: of.value })),
            ...named,
          ],
          conditions: [...list(of.conditions, () => condition('Read.')), condition('Ready')],
          allocatable: { memory: '1Gi' },
        },
      },
    };
  });

/** What the engine counts for a part; null where the part has no CEL. */
function costOf(part: Formula, cluster: ClusterFacts): number | null {
  const printed = celOf(part);
  if ('unsayable' in printed) return null;
  const compiled = compileClusterCel(printed.text);
  if (!compiled.ok) throw new Error(compiled.message);
  return runClusterCel(compiled.program, cluster, { now: instant(0), compat: 'upstream' }).cost;
}

test('what a condition costs is never above its estimate', () => {
  let estimated = 0;
  fc.assert(
    fc.property(predicate, fc.array(clusters, { minLength: 3, maxLength: 3 }), (where, drawn) => {
      for (const part of celParts(where)) {
        const estimate = celCost(part);
        for (const cluster of drawn) {
          const cost = costOf(part, cluster);
          if (cost === null) continue;
          estimated += 1;
          expect(cost).toBeLessThanOrEqual(estimate);
        }
      }
    }),
    { numRuns: 500 },
  );
  expect(estimated).toBeGreaterThan(300);
});
