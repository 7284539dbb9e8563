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

const home = fc.option(fc.nat(3));
const homes = fc.array(fc.tuple(home, home), { maxLength: 12 });

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

  test('what the cache has not seen yet, and any write that fails, ends the pass before a cluster is missed', () => {
    const moves = fc.array(fc.tuple(home, home, home), { maxLength: 10 });
    fc.assert(
      fc.property(moves, fc.nat(12), fc.nat(12), fc.nat(20), (clusters, done, seen, failing) => {
        const [first, second, third] = [0, 1, 2].map((at) =>
          decisions(clusters.map((of) => of[at] ?? null)),
        );
        const store = new Store(first ?? []);
        const stay = clusters.flatMap((of, at) => (of.includes(null) ? [] : [`c${at}`]));
        const states = [store.all()];
        const write = (wanted: readonly PlacementDecision[], live: readonly PlacementDecision[]) =>
          writeDecisions({ placement: placement('prod', 0), wanted, live }).filter(
            (action) => action.do !== 'record',
          );
        // A pass of which some writes were done, and of those the cache has seen only the first ones.
        for (const action of write(second ?? [], store.all()).slice(0, done)) {
          expect(store.apply(action)).toBe(true);
          states.push(store.all());
        }
        const cached = states[Math.min(seen, states.length - 1)] ?? [];
        for (const [at, action] of write(third ?? [], cached).entries()) {
          if (at === failing || !store.apply(action)) break;
          states.push(store.all());
        }
        for (const state of states) {
          const covered = new Set(
            state.flatMap(({ status }) => status?.decisions.map((of) => of.clusterName) ?? []),
          );
          for (const cluster of stay) expect(covered).toContain(cluster);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

/** Decisions as an API server keeps them: with versions, and the preconditions of writes. */
class Store {
  readonly #objects = new Map<string, PlacementDecision>();
  #version = 0;

  constructor(objects: readonly PlacementDecision[]) {
    for (const object of objects) this.#put(object);
  }

  all(): readonly PlacementDecision[] {
    return [...this.#objects.values()];
  }

  /** Whether the write went through. */
  apply(action: Action): boolean {
    if (action.do === 'create') {
      if (this.#objects.has(action.object.metadata.name)) return false;
      this.#put(action.object as PlacementDecision);
      return true;
    }
    if (action.do !== 'patchStatus' && action.do !== 'delete') throw new Error(action.do);
    const object = this.#objects.get(action.of.name);
    const { ifVersion, ifUid } = action;
    if (object === undefined) return action.do === 'delete';
    if (ifVersion !== undefined && ifVersion !== object.metadata.resourceVersion) return false;
    if (ifUid !== undefined && ifUid !== object.metadata.uid) return false;
    if (action.do === 'delete') this.#objects.delete(action.of.name);
    else if (!action.confirm) {
      this.#put({ ...object, ...{ status: action.status } } as unknown as PlacementDecision);
    }
    return true;
  }

  #put(object: PlacementDecision): void {
    this.#version += 1;
    const metadata = {
      ...object.metadata,
      uid: object.metadata.uid ?? `uid-${this.#version}`,
      resourceVersion: String(this.#version),
    };
    this.#objects.set(metadata.name, { ...object, metadata });
  }
}
