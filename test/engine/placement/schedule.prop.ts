import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PipelineInput } from '../../../src/engine/placement/input.ts';
import { Occupancy } from '../../../src/engine/placement/occupancy.ts';
import { eligibleSets, runPipeline } from '../../../src/engine/placement/pipeline.ts';
import { reasonsOf } from '../../../src/engine/placement/reasons.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { ClusterTaint, ManagedCluster } from '../../../src/kube/ocm/cluster.ts';
import { cluster, everything } from '../inventory/builders.ts';
import { changes, type Hub, hub, taint, toleration } from './arbitraries.ts';
import { fleet, inputOf } from './builders.ts';

function input({ objects, changes, more }: Hub): PipelineInput {
  return inputOf(objects, changes, more);
}

/** Names of the clusters that pass every filter. */
function feasible(of: PipelineInput): readonly string[] {
  return (
    runPipeline(of)
      .filterSteps.at(-1)
      ?.kept.map(({ name }) => name) ?? []
  );
}

test('the columns decide what the reference decides, step by step', () => {
  fc.assert(
    fc.property(hub, (of) => {
      const given = input(of);
      const [fast, trace] = [schedule(given), runPipeline(given)];
      expect(fast.selected).toEqual(trace.selected);
      expect(fast.unscheduled).toBe(trace.unscheduled);
      expect(fast.status).toEqual(trace.status);
      expect(fast.error).toBe(trace.error);
      const filtered = reasonsOf(given).filter(({ by }) => by !== 'take');
      expect(filtered.map(({ by, kept, dropped }) => ({ by, kept, dropped }))).toEqual(
        trace.filterSteps.map(({ filter, before, kept }) => ({
          by: filter.name,
          kept: kept.length,
          dropped: before.length - kept.length,
        })),
      );
    }),
    { numRuns: 800 },
  );
});

test('decisions are eligible clusters, each once, at most so many as asked for', () => {
  fc.assert(
    fc.property(hub, (of) => {
      const { objects } = of;
      const given = input(of);
      const { selected, groups, unscheduled } = schedule(given);
      const sets = eligibleSets(given);
      const eligible = objects.clusters.filter(
        ({ metadata: { labels = {}, deletionTimestamp } }) =>
          deletionTimestamp === undefined &&
          ((sets.includes('one') && labels['a'] === '1') ||
            (sets.includes('two') && labels['b'] !== undefined) ||
            sets.includes('all')),
      );
      const names = new Set(eligible.map(({ metadata }) => metadata.name));
      expect(selected.filter((name) => !names.has(name))).toEqual([]);
      expect(new Set(selected).size).toBe(selected.length);
      const most = given.placement.numberOfClusters;
      if (most !== null && most >= 0) expect(selected.length).toBeLessThanOrEqual(most);
      if (unscheduled > 0) expect(selected.length + unscheduled).toBe(most);
      if (groups === null) return;
      expect(groups.flatMap(({ clusters }) => clusters).sort()).toEqual([...selected].sort());
      expect(groups.map(({ index }) => index)).toEqual(groups.map((_, at) => at));
    }),
    { numRuns: 500 },
  );
});

test('the order in which objects are given does not matter', () => {
  const shuffled = hub.chain((of) =>
    fc
      .record({
        clusters: fc.shuffledSubarray([...of.objects.clusters], full(of.objects.clusters)),
        sets: fc.shuffledSubarray([...(of.objects.sets ?? [])], full(of.objects.sets ?? [])),
        scores: fc.shuffledSubarray([...(of.objects.scores ?? [])], full(of.objects.scores ?? [])),
        boundSets: fc.shuffledSubarray([...of.more.boundSets], full(of.more.boundSets)),
        decided: fc.shuffledSubarray([...of.more.decided], full(of.more.decided)),
      })
      .map(({ boundSets, decided, ...objects }): [Hub, Hub] => [
        of,
        { ...of, objects, more: { ...of.more, boundSets, decided } },
      ]),
  );
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      expect(schedule(input(other))).toEqual(schedule(input(one)));
      expect(reasonsOf(input(other))).toEqual(reasonsOf(input(one)));
    }),
    { numRuns: 400 },
  );
});

test('a toleration more never loses a cluster', () => {
  fc.assert(
    fc.property(hub, toleration, fc.nat(3), (of, added, at) => {
      const tolerations = [...(of.changes.tolerations ?? [])];
      tolerations.splice(at, 0, added);
      const before = feasible(input(of));
      const after = new Set(feasible(input({ ...of, changes: { ...of.changes, tolerations } })));
      expect(before.filter((name) => !after.has(name))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('a taint more never gains a cluster', () => {
  const asked = hub.filter(
    ({ changes: { where } }) => !JSON.stringify(where ?? '').includes('taint'),
  );
  fc.assert(
    fc.property(asked, taint, fc.nat(24), (of, added, at) => {
      const clusters = of.objects.clusters.map((one, index) =>
        index === at ? tainted(one, added) : one,
      );
      const before = new Set(feasible(input(of)));
      const after = feasible(input({ ...of, objects: { ...of.objects, clusters } }));
      expect(after.filter((name) => !before.has(name))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('an occupancy that is kept up counts as one that is made anew', () => {
  fc.assert(
    fc.property(hub, (of) => {
      const { decided, othersDecided } = of.more;
      const others = [...(othersDecided as ReadonlyMap<string, number>)];
      const named = others.flatMap(([name, times]) => Array.from({ length: times }, () => name));
      const occupancy = Occupancy.of([...named, ...decided]).without(decided);
      const more = { ...of.more, othersDecided: occupancy };
      expect(schedule(input({ ...of, more }))).toEqual(schedule(input(of)));
    }),
    { numRuns: 400 },
  );
});

test('an outcome is as large for ten thousand clusters as for ten', () => {
  const sizeOf = (size: number) => {
    const clusters = fleet(size).map(({ metadata: { name } }, at) =>
      cluster(name, { taints: at % 2 === 0 ? [] : [{ key: `k${at}`, effect: 'NoSelect' }] }),
    );
    const few = inputOf({ clusters, sets: [everything] }, { numberOfClusters: 3 });
    return JSON.stringify([schedule(few), reasonsOf(few)]).length;
  };
  // Numbers and names have more digits, nothing else.
  expect(sizeOf(10_000) - sizeOf(10)).toBeLessThan(150);
});

test('no placement makes scheduling fail', () => {
  fc.assert(
    fc.property(changes, (of) => {
      expect(schedule(inputOf(fleet(3), of)).conditions).toHaveLength(2);
    }),
  );
});

function tainted(one: ManagedCluster, added: ClusterTaint): ManagedCluster {
  const taints = [...(one.spec?.taints ?? []), added];
  return { ...one, spec: { hubAcceptsClient: true, ...one.spec, taints } };
}

function full(all: readonly unknown[]) {
  return { minLength: all.length, maxLength: all.length };
}
