import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, instant, plus } from '../../../src/base/instant.ts';
import type { RolloutInput, RolloutPlan } from '../../../src/engine/rollout/outcome.ts';
import { plan } from '../../../src/engine/rollout/plan.ts';
import type {
  ClusterProgress,
  DecisionGroup,
  RolloutStatus,
  RolloutStrategy,
} from '../../../src/engine/rollout/progress.ts';

const start = instant(1_640_995_200_000);
const names = ['', 'canary', 'prod'];

// Groups of disjoint clusters, indexes with gaps, in no order.
const groupsOf: fc.Arbitrary<readonly DecisionGroup[]> = fc
  .uniqueArray(fc.nat({ max: 9 }), { minLength: 1, maxLength: 5 })
  .chain((indexes) =>
    fc.tuple(
      ...indexes.map((index) =>
        fc.tuple(fc.constantFrom(...names), fc.nat({ max: 5 })).map(([name, size]) => ({
          name,
          index,
          clusters: Array.from({ length: size }, (_, i) => `c${(index * 7 + i * 5) % 61}-${index}`),
        })),
      ),
    ),
  );

const size = fc.oneof(
  fc.integer({ min: 1, max: 30 }),
  fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%`),
);
const choices = fc.array(
  fc.oneof(
    fc.record({ groupName: fc.constantFrom('canary', 'prod', 'nope') }),
    fc.record({ groupIndex: fc.nat({ max: 9 }) }),
  ),
  { maxLength: 2 },
);
const strategies: fc.Arbitrary<RolloutStrategy> = fc.record({
  type: fc.constantFrom('All', 'Progressive', 'ProgressivePerGroup'),
  minSuccessTime: fc.constantFrom(null, '0s', '30s', '2m'),
  progressDeadline: fc.constantFrom(null, 'None', '90s', '10m'),
  maxFailures: fc.oneof(fc.constant(null), fc.constant(0), size),
  maxConcurrency: fc.oneof(fc.constant(null), size),
  mandatoryDecisionGroups: choices,
});
const statuses: readonly RolloutStatus[] = [
  'ToApply',
  'Progressing',
  'Succeeded',
  'Failed',
  'TimeOut',
  'Skip',
  'Unknown',
];

const inputs: fc.Arbitrary<RolloutInput> = fc
  .tuple(strategies, groupsOf, fc.infiniteStream(fc.tuple(fc.nat(8), fc.nat(200))))
  .map(([strategy, groups, facts]) => ({
    strategy,
    groups,
    now: start,
    existing: groups
      .flatMap(({ name, index, clusters }) =>
        clusters.map((cluster) => ({ cluster, group: { name, index } })),
      )
      .flatMap((of): ClusterProgress[] => {
        const [status, seconds] = facts.next().value ?? [9, 0];
        const known = statuses[status];
        if (known === undefined) return [];
        return [{ ...of, status: known, since: plus(start, -1000 * seconds) }];
      }),
  }));

function planned(input: RolloutInput): RolloutPlan {
  const outcome = plan(input);
  if (!outcome.ok) throw new Error(outcome.error);
  return outcome;
}

function isMandatory(strategy: RolloutStrategy, group: DecisionGroup): boolean {
  return strategy.mandatoryDecisionGroups.some((choice) =>
    'groupName' in choice ? choice.groupName === group.name : choice.groupIndex === group.index,
  );
}

/** Groups in the order they may start: mandatory ones first, then by index. */
function inOrder({ strategy, groups }: RolloutInput): DecisionGroup[] {
  const sorted = [...groups].sort((a, b) => a.index - b.index);
  return [
    ...sorted.filter((group) => isMandatory(strategy, group)),
    ...sorted.filter((group) => !isMandatory(strategy, group)),
  ];
}

function widthOf(width: number | string | null, total: number): number {
  if (width === null) return total;
  if (typeof width === 'number') return width;
  return Math.ceil((Number(width.slice(0, -1)) * total) / 100);
}

const starting = (outcome: RolloutPlan) =>
  outcome.rollout.filter(({ status }) => status === 'ToApply').map(({ cluster }) => cluster);

test('never has more clusters of the open groups under way than its width, beyond those it found under way', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      fc.pre(input.strategy.type === 'Progressive');
      const rest = new Set(
        input.groups
          .filter((group) => !isMandatory(input.strategy, group))
          .flatMap((group) => group.clusters),
      );
      const outcome = planned(input);
      const inRest = outcome.rollout.filter(({ cluster }) => rest.has(cluster));
      const found = inRest.filter(({ status }) => status !== 'ToApply').length;
      expect(inRest.length).toBeLessThanOrEqual(
        Math.max(found, widthOf(input.strategy.maxConcurrency, rest.size)),
      );
    }),
  );
});

test('never starts a group before the ones before it have nothing left to do', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      fc.pre(input.strategy.type !== 'All');
      const outcome = planned(input);
      const pending = new Set(outcome.rollout.map(({ cluster }) => cluster));
      const known = new Map(input.existing.map((progress) => [progress.cluster, progress.status]));
      const isOpen = (cluster: string) =>
        pending.has(cluster) || (known.get(cluster) ?? 'ToApply') === 'ToApply';
      const order = inOrder(input);
      for (const cluster of starting(outcome)) {
        const at = order.findIndex(({ clusters }) => clusters.includes(cluster));
        const own = order[at];
        const before = order
          .slice(0, at)
          .filter(
            (group) =>
              input.strategy.type === 'ProgressivePerGroup' ||
              (isMandatory(input.strategy, group) && own !== group),
          );
        expect(before.flatMap((group) => group.clusters).filter(isOpen)).toEqual([]);
      }
    }),
  );
});

test('starts nothing after a breach', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const outcome = planned(input);
      if (outcome.halted) expect(starting(outcome)).toEqual([]);
    }),
  );
});

test('breaches exactly when more clusters fail than are allowed, or a mandatory one does', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      fc.pre(input.strategy.type !== 'All');
      const outcome = planned(input);
      const timedOut = new Set(outcome.timedOut.map(({ cluster }) => cluster));
      const failed = input.existing.filter(
        ({ cluster, status }) =>
          status === 'Failed' || status === 'TimeOut' || timedOut.has(cluster),
      );
      const mandatory = new Set(
        input.groups
          .filter((group) => isMandatory(input.strategy, group))
          .flatMap((group) => group.clusters),
      );
      const total = input.groups.flatMap((group) => group.clusters).length;
      const allowed = widthOf(input.strategy.maxFailures ?? 0, total);
      expect(outcome.halted).toBe(
        failed.length > allowed || failed.some(({ cluster }) => mandatory.has(cluster)),
      );
    }),
  );
});

test('does not depend on the order in which clusters and groups are told', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const reversed = {
        ...input,
        existing: [...input.existing].reverse(),
        groups: [...input.groups].reverse(),
      };
      expect(planned(reversed)).toEqual(planned(input));
    }),
  );
});

test('counts each cluster in one class', () => {
  fc.assert(
    fc.property(inputs, fc.constantFrom('upstream' as const, undefined), (input, compat) => {
      const { state } = planned(compat === undefined ? input : { ...input, compat });
      const { why: _why, clusters, ...classes } = state;
      expect(Object.values(classes).reduce((sum, count) => sum + count, 0)).toBe(clusters);
    }),
  );
});

test('an all-success simulation reaches every cluster and comes to rest', () => {
  fc.assert(
    fc.property(
      strategies,
      groupsOf,
      fc.infiniteStream(fc.integer({ min: 1, max: 80 })),
      (strategy, groups, durations) => {
        const all = groups.flatMap((group) => group.clusters);
        const known = new Map<string, ClusterProgress>();
        const finishes = new Map<string, Instant>();
        let now = start;
        let outcome = planned({ strategy, groups, existing: [], now });
        for (let pass = 0; outcome.state.why !== 'done' && pass < 500; pass++) {
          for (const { cluster, group, status } of outcome.rollout) {
            if (status !== 'ToApply') continue;
            known.set(cluster, { cluster, group, status: 'Progressing', since: now });
            finishes.set(cluster, plus(now, 1000 * (durations.next().value ?? 1)));
          }
          const waits = [...finishes.values(), ...(outcome.recheckAt ? [outcome.recheckAt] : [])];
          now = waits.reduce((a, b) => (a < b ? a : b));
          for (const [cluster, at] of finishes) {
            const progress = known.get(cluster);
            if (at > now || progress === undefined) continue;
            known.set(cluster, { ...progress, status: 'Succeeded', since: now });
            finishes.delete(cluster);
          }
          outcome = planned({ strategy, groups, existing: [...known.values()], now });
        }
        expect(outcome.state).toMatchObject({ why: 'done', succeeded: all.length });
        expect([...known.keys()].sort()).toEqual([...all].sort());
      },
    ),
  );
});

test('refuses or plans, but never throws, whatever the strategy says', () => {
  const anything = fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.constant('None'));
  const text = fc.oneof(fc.string(), fc.constant(null));
  fc.assert(
    fc.property(
      groupsOf,
      fc.oneof(fc.string(), fc.constantFrom('All', 'Progressive', 'ProgressivePerGroup')),
      text,
      text,
      anything,
      anything,
      (groups, type, minSuccessTime, progressDeadline, maxFailures, maxConcurrency) => {
        const strategy = {
          type,
          minSuccessTime,
          progressDeadline,
          maxFailures,
          maxConcurrency,
          mandatoryDecisionGroups: [],
        };
        for (const compat of [{}, { compat: 'upstream' as const }]) {
          const outcome = plan({ strategy, groups, existing: [], now: start, ...compat });
          expect(typeof outcome.ok).toBe('boolean');
        }
      },
    ),
  );
});
