import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterFacts, withRows } from '../../../src/engine/inventory/inventory.ts';
import { fromObjects, type HubObjects } from '../../../src/engine/inventory/objects.ts';
import { changeOf, concerns } from '../../../src/engine/placement/concerns.ts';
import { reasonsOf } from '../../../src/engine/placement/reasons.ts';
import { type ScheduleOutcome, schedule } from '../../../src/engine/placement/schedule.ts';
import type { ClusterTaint, ManagedCluster } from '../../../src/kube/ocm/cluster.ts';
import { cluster } from '../inventory/builders.ts';
import { clusters, hub } from './arbitraries.ts';
import { inputOf, label } from './builders.ts';

/** The same clusters with other facts, one after the other. */
const story = hub.chain((of) =>
  fc.record({
    of: fc.constant(of),
    changes: fc.array(
      fc.tuple(fc.nat(), clusters).map(([at, others]): ManagedCluster | null => {
        const old = of.objects.clusters[at % Math.max(1, of.objects.clusters.length)];
        const [other] = others;
        if (old === undefined || other === undefined) return null;
        return { ...other, metadata: { ...other.metadata, name: old.metadata.name } };
      }),
      { maxLength: 8 },
    ),
  }),
);

function decision({ selected, groups, conditions, recheckAt }: ScheduleOutcome) {
  return { selected, groups, conditions, recheckAt };
}

test('what is renewed row by row decides what is decided from scratch, and only whom it concerns', () => {
  fc.assert(
    fc.property(story, ({ of, changes }) => {
      const input = inputOf(of.objects, of.changes, of.more);
      let objects: HubObjects = of.objects;
      let inventory = fromObjects(objects);
      let decided = schedule({ ...input, inventory });
      for (const [at, changed] of changes.entries()) {
        if (changed === null) continue;
        const { name } = changed.metadata;
        const before = clusterFacts(inventory, name);
        objects = {
          ...objects,
          clusters: objects.clusters.map((one) => (one.metadata.name === name ? changed : one)),
        };
        const fresh = fromObjects(objects);
        const now = clusterFacts(fresh, name);
        if (before === undefined || now === undefined) throw new Error('it is there');
        inventory = withRows(inventory, [now], at + 1);
        const scratch = schedule({ ...input, inventory: fresh });
        expect(schedule({ ...input, inventory })).toEqual(scratch);
        expect(reasonsOf({ ...input, inventory })).toEqual(
          reasonsOf({ ...input, inventory: fresh }),
        );
        if (!concerns(input, changeOf(before, now))) {
          expect(decision(scratch)).toEqual(decision(decided));
        }
        decided = scratch;
      }
    }),
    { numRuns: 600 },
  );
});

test('an inventory stays what it was when another is made of it', () => {
  fc.assert(
    fc.property(story, ({ of, changes }) => {
      const input = inputOf(of.objects, of.changes, of.more);
      const first = fromObjects(of.objects);
      const wanted = schedule({ ...input, inventory: first });
      let inventory = first;
      for (const [at, changed] of changes.entries()) {
        const before = changed && clusterFacts(first, changed.metadata.name);
        if (changed === null || !before) continue;
        inventory = withRows(inventory, [{ ...before, cluster: changed }], at + 1);
        schedule({ ...input, inventory });
      }
      expect(schedule({ ...input, inventory: first })).toEqual(wanted);
    }),
    { numRuns: 200 },
  );
});

test('upstream is woken by tolerations of clusters that are decided, and chosen no more', () => {
  const tolerations = [{ operator: 'Exists', tolerationSeconds: 60 }];
  const of = (taints: readonly ClusterTaint[]) =>
    inputOf(
      [cluster('c', { taints })],
      { where: label('env', 'prod'), tolerations },
      { decided: ['c'], compat: 'upstream' },
    );
  const [before, after] = [of([]), of([{ key: 'a', effect: 'NoSelect', timeAdded: added }])];
  expect(schedule(after).recheckAt).not.toBe(schedule(before).recheckAt);
  const [was, is] = [before, after].map(({ inventory }) => clusterFacts(inventory, 'c'));
  if (was === undefined || is === undefined) throw new Error('it is there');
  expect(concerns(before, changeOf(was, is))).toBe(true);
});

const added = '2029-12-31T23:59:59Z';
