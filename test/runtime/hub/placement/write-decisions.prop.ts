import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlacementDecision } from '../../../../src/kube/ocm/cluster.ts';
import type { Action } from '../../../../src/runtime/control/controller.ts';
import { writeDecisions } from '../../../../src/runtime/hub/placement/write-decisions.ts';
import { decision, placement } from '../programs.ts';

const owner = {
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  name: 'prod',
  uid: 'uid-prod',
  controller: true,
};

/** Decisions of clusters by number of decision; a cluster that has none is left out. */
function decisions(homes: readonly (number | null)[]): PlacementDecision[] {
  const indexes = [...new Set(homes.filter((home) => home !== null))].sort((a, b) => a - b);
  return indexes.map((index) => {
    const clusters = homes.flatMap((home, at) => (home === index ? [`c${at}`] : []));
    const made = decision('prod', clusters, index);
    return { ...made, metadata: { ...made.metadata, ownerReferences: [owner] } };
  });
}

/** What each decision holds after each write. */
function play(
  live: readonly PlacementDecision[],
  actions: readonly Action[],
): readonly ReadonlyMap<string, readonly string[]>[] {
  const state = new Map(
    live.map(({ metadata, status }) => [
      metadata.name,
      (status?.decisions ?? []).map(({ clusterName }) => clusterName),
    ]),
  );
  const states = [new Map(state)];
  for (const action of actions) {
    if (action.do === 'create') state.set(action.object.metadata.name, []);
    if (action.do === 'delete') state.delete(action.of.name);
    if (action.do === 'patchStatus') {
      const { decisions: list } = action.status as { decisions: { clusterName: string }[] };
      expect(state.has(action.of.name)).toBe(true);
      state.set(
        action.of.name,
        list.map(({ clusterName }) => clusterName),
      );
    }
    states.push(new Map(state));
  }
  return states;
}

const homes = fc.array(fc.tuple(fc.option(fc.nat(3)), fc.option(fc.nat(3))), { maxLength: 12 });

describe('writeDecisions', () => {
  test('a cluster that stays selected is in some decision after every write, and the end is what was wanted', () => {
    fc.assert(
      fc.property(homes, (moves) => {
        const live = decisions(moves.map(([before]) => before));
        const wanted = decisions(moves.map(([, after]) => after));
        const states = play(
          live,
          writeDecisions({ placement: placement('prod', 0), wanted, live }),
        );
        const stay = moves.flatMap(([before, after], at) =>
          before !== null && after !== null ? [`c${at}`] : [],
        );
        for (const state of states) {
          const covered = new Set([...state.values()].flat());
          for (const cluster of stay) expect(covered.has(cluster)).toBe(true);
        }
        const end = [...(states.at(-1) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(end).toEqual(
          wanted.map(({ metadata, status }) => [
            metadata.name,
            (status?.decisions ?? []).map(({ clusterName }) => clusterName),
          ]),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('what is as wanted is not written', () => {
    fc.assert(
      fc.property(homes, (moves) => {
        const live = decisions(moves.map(([before]) => before));
        return writeDecisions({ placement: placement('prod', 0), wanted: live, live }).length === 0;
      }),
    );
  });
});
