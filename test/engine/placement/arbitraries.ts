import fc from 'fast-check';
import { plus } from '../../../src/base/instant.ts';
import type { HubObjects } from '../../../src/engine/inventory/objects.ts';
import type { PipelineInput } from '../../../src/engine/placement/input.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import type {
  IrPlacement,
  IrPrioritizer,
  IrSpread,
  IrToleration,
} from '../../../src/ir/program.ts';
import type { ClusterTaint, ManagedCluster } from '../../../src/kube/ocm/cluster.ts';
import { cluster, clusterSet, everything, scoreOn } from '../inventory/builders.ts';
import { predicate } from '../predicate/arbitraries.ts';
import { addOn, builtIn, label, now } from './builders.ts';

/** Mostly the same, now and then something else. */
function rarely<T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 3 }, { arbitrary: other, weight: 1 });
}

const everywhere: IrExpr = { op: 'const', type: 'bool', value: true };
const key = fc.constantFrom('a', 'b');
const value = fc.constantFrom('', '1', 'a');
const times = ['2029-12-31T23:59:00Z', '2029-12-31T23:00:00Z', '2029-12-31T23:59:59.5Z'];

export const taint: fc.Arbitrary<ClusterTaint> = fc.record(
  {
    key,
    value,
    effect: fc.constantFrom('NoSelect', 'NoSelectIfNew', 'PreferNoSelect'),
    timeAdded: fc.constantFrom(...times),
  },
  { requiredKeys: ['key', 'effect'] },
);

/** A toleration that says nothing impossible. */
export const toleration: fc.Arbitrary<IrToleration> = fc.oneof(
  fc.record(
    {
      key,
      operator: fc.constantFrom('', 'Equal', 'Other'),
      value,
      effect: fc.constantFrom('', 'NoSelect', 'NoSelectIfNew'),
      tolerationSeconds: fc.constantFrom(0, 30, 60, 3600, 1e10),
    },
    { requiredKeys: ['key'] },
  ),
  fc.record(
    {
      key: fc.constantFrom('', 'a', 'b'),
      operator: fc.constant('Exists'),
      tolerationSeconds: fc.constantFrom(0, 30, 60, 3600, 1e10),
    },
    { requiredKeys: ['operator'] },
  ),
);

const label2 = fc.dictionary(key, fc.constantFrom('1', 'a', 'b'), { noNullPrototype: true });
const amount = fc.constantFrom('1', '2500m', '16', 'many');

/** A fleet: names from a small range, so that prefixes and orders of names are met. */
export const clusters: fc.Arbitrary<readonly ManagedCluster[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.integer({ min: 0, max: 60 }).map((number) => `c${number}`),
      labels: label2,
      claims: label2,
      taints: rarely([], fc.array(taint, { maxLength: 2 })),
      allocatable: fc.dictionary(fc.constantFrom('cpu', 'memory'), amount, {
        noNullPrototype: true,
      }),
      deleting: rarely<boolean>(false, fc.boolean()),
    }),
    { selector: ({ name }) => name, maxLength: 25, size: 'max' },
  )
  .map((all) =>
    all.map(({ name, allocatable, ...rest }) =>
      cluster(name, { ...rest, allocatable, capacity: allocatable }),
    ),
  );

const prioritizer: fc.Arbitrary<IrPrioritizer> = fc
  .tuple(
    fc.constantFrom(
      'Balance',
      'Steady',
      'Scatter',
      'ResourceAllocatableCPU',
      'ResourceAllocatableMemory',
    ),
    fc.constantFrom<'' | 'x' | 'y'>('', 'x', 'y'),
    fc.integer({ min: -3, max: 3 }),
  )
  .map(([name, score, weight]) => (score === '' ? builtIn(name, weight) : addOn(score, weight)));

const computed: fc.Arbitrary<IrPrioritizer> = fc.record({
  by: fc.record({ type: fc.constant('Expr' as const), expr: predicate }),
  weight: fc.integer({ min: -10, max: 10 }),
});

/** What a placement may change of one that takes every cluster. */
export const changes: fc.Arbitrary<Partial<IrPlacement>> = fc.record(
  {
    clusterSets: rarely<readonly string[]>(
      [],
      fc.constantFrom(['all'], ['one'], ['one', 'two', 'three']),
    ),
    where: fc.oneof(
      fc.constant(everywhere),
      fc.constantFrom(label('a', '1'), label('b', 'a')),
      predicate,
    ),
    numberOfClusters: rarely(4, fc.option(fc.integer({ min: -1, max: 12 }))),
    prioritizerPolicy: fc.record({
      mode: rarely('Exact', fc.constantFrom(null, 'Additive', 'Other')),
      configurations: fc.array(fc.oneof({ arbitrary: prioritizer, weight: 4 }, computed), {
        maxLength: 3,
      }),
    }),
    sortBy: fc.constantFrom(null, 'ClusterName', 'Score'),
    spread: rarely<readonly IrSpread[]>(
      [],
      fc.array(
        fc.record({
          topologyKey: key,
          topologyKeyType: fc.constantFrom('Label', 'Claim'),
          maxSkew: rarely(1, fc.integer({ min: 0, max: 3 })),
          whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
        }),
        { maxLength: 3 },
      ),
    ),
    tolerations: fc.array(toleration, { maxLength: 3 }),
    groups: fc.array(
      fc.tuple(key, fc.constantFrom('1', 'a')).map(([of, is]) => ({
        name: `${of}${is}`,
        where: label(of, is),
      })),
      { maxLength: 3 },
    ),
    clustersPerDecisionGroup: rarely<number | string | null>(
      2,
      fc.constantFrom(null, 4, '30%', '3', 'x'),
    ),
  },
  { requiredKeys: [] },
);

/** Everything scheduling looks at, as objects of a hub. */
export interface Hub {
  readonly objects: HubObjects;
  readonly changes: Partial<IrPlacement>;
  readonly more: Omit<PipelineInput, 'placement' | 'inventory'>;
}

export const hub: fc.Arbitrary<Hub> = clusters.chain((all) => {
  const names = all.map(({ metadata }) => metadata.name);
  const some = fc.subarray([...names, 'gone']);
  return fc.record({
    objects: fc.record({
      clusters: fc.constant(all),
      sets: fc.constant([
        everything,
        clusterSet('one', { matchLabels: { a: '1' } }),
        clusterSet('two', { matchExpressions: [{ key: 'b', operator: 'Exists' }] }),
      ]),
      scores: fc
        .subarray(names)
        .chain((scored) =>
          fc.tuple(
            ...scored.map((name) =>
              fc
                .tuple(
                  fc.integer({ min: -100, max: 100 }),
                  fc.constantFrom(undefined, ...times, '2031-01-01T00:00:00Z'),
                )
                .map(([x, until]) => scoreOn(name, { x }, until)),
            ),
          ),
        ),
    }),
    changes,
    more: fc.record({
      boundSets: rarely<readonly string[]>(['all'], fc.constantFrom(['one', 'two'], ['one'], [])),
      decided: some,
      othersDecided: fc
        .array(fc.constantFrom(...names, 'gone'), { maxLength: 30 })
        .map((decided) => {
          const counts = new Map<string, number>();
          for (const name of decided) counts.set(name, (counts.get(name) ?? 0) + 1);
          return counts;
        }),
      now: fc.constantFrom(now, plus(now, 30_000)),
      compat: fc.constantFrom('native' as const, 'upstream' as const),
    }),
  });
});
