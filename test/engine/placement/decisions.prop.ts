import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decisionsOf, type LiveDecision } from '../../../src/engine/placement/decisions.ts';
import type { DecisionGroup } from '../../../src/engine/placement/groups.ts';

const all = Array.from({ length: 400 }, (_, at) => `c${String(at).padStart(3, '0')}`);
const some = fc.subarray(all);

/** Clusters in two groups, cut at some place. */
function groupsOf(clusters: readonly string[], at: number): readonly DecisionGroup[] {
  return [clusters.slice(0, at), clusters.slice(at)]
    .filter(({ length }) => length > 0)
    .map((part, index) => ({ name: '', index, clusters: part }));
}

function decide(
  groups: readonly DecisionGroup[],
  live: readonly LiveDecision[],
): readonly LiveDecision[] {
  const decided = decisionsOf({ metadata: { name: 'p' } }, groups, { live });
  return decided.map(({ metadata, status }) => ({
    name: metadata.name,
    clusters: (status?.decisions ?? []).map(({ clusterName }) => clusterName),
  }));
}

/** As the hub lists them. */
const inOrder = (decided: readonly LiveDecision[]) =>
  decided.toSorted((a, b) => Number(a.name.slice(11)) - Number(b.name.slice(11)));

/** Decisions after a while: whatever clusters came and went, and moved between groups. */
const grown = fc.array(fc.tuple(some, fc.nat(400)), { minLength: 1, maxLength: 4 }).map((steps) => {
  let live: readonly LiveDecision[] = [];
  for (const [clusters, at] of steps) live = inOrder(decide(groupsOf(clusters, at), live));
  const [clusters = [], at = 0] = steps.at(-1) ?? [];
  return { live, clusters, at };
});

function changed(before: readonly LiveDecision[], after: readonly LiveDecision[]): number {
  const was = new Map(before.map(({ name, clusters }) => [name, clusters.join()]));
  return after.filter(({ name, clusters }) => was.get(name) !== clusters.join()).length;
}

describe('decisions', () => {
  test('are numbered from 1 without a gap, and hold every cluster once', () => {
    fc.assert(
      fc.property(grown, ({ live, clusters }) => {
        expect(live.map(({ name }) => name)).toEqual(live.map((_, at) => `p-decision-${at + 1}`));
        expect(live.flatMap((of) => of.clusters).sort()).toEqual(clusters);
      }),
    );
  });

  test('that are as they have to be stay', () => {
    fc.assert(
      fc.property(grown, ({ live, clusters, at }) => {
        expect(inOrder(decide(groupsOf(clusters, at), live))).toEqual(live);
      }),
    );
  });

  test('of which a cluster leaves: one is written, as long as all are needed', () => {
    fc.assert(
      fc.property(grown, fc.nat(), ({ live, clusters, at }, which) => {
        fc.pre(clusters.length > 1);
        const gone = which % clusters.length;
        const left = clusters.toSpliced(gone, 1);
        const after = decide(groupsOf(left, gone < at ? at - 1 : at), live);
        fc.pre(after.length === live.length);
        expect(changed(live, after)).toBe(1);
      }),
    );
  });

  test('to which a cluster comes: one is written', () => {
    fc.assert(
      fc.property(grown, fc.constantFrom(...all), ({ live, clusters, at }, more) => {
        fc.pre(!clusters.includes(more));
        const place = clusters.findIndex((name) => name > more);
        const grownBy = clusters.toSpliced(place < 0 ? clusters.length : place, 0, more);
        const isFirst = place >= 0 && place < at;
        const after = decide(groupsOf(grownBy, isFirst ? at + 1 : at), live);
        expect(changed(live, after)).toBe(1);
      }),
    );
  });
});
