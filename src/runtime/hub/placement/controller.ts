import { isJsonObject } from '../../../base/json.ts';
import type { IrPlacement } from '../../../ir/program.ts';
import {
  type ProgramObject,
  type ProgramPart,
  programKind,
  programPartKind,
} from '../../../ir/program-object.ts';
import { type KubeObject, keyOf, parseKey } from '../../../kube/object.ts';
import { managedClusterAddOnKind } from '../../../kube/ocm/addon.ts';
import {
  type AddOnPlacementScore,
  addOnPlacementScoreKind,
  type ManagedCluster,
  type ManagedClusterSet,
  type ManagedClusterSetBinding,
  managedClusterKind,
  managedClusterSetBindingKind,
  managedClusterSetKind,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import {
  type Controller,
  done,
  type Index,
  type Projection,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { bindingsInNamespace, bindingsOfSet } from '../bound-sets.ts';
import { decisionsOfPlacement, placementOf } from '../decisions.ts';
import { fleetProjection } from '../fleet.ts';
import { ownerKey, ownerKeyOf, programsByOwnerKey } from '../ownership.ts';
import { programsProjection } from '../programs.ts';
import { decide } from './decide.ts';
import { meaningOf } from './meaning.ts';
import { occupancyProjection } from './occupancy.ts';

export interface PlacementOptions {
  readonly compat?: 'upstream';
}

const placementsInNamespace: Index<Placement> = {
  name: 'placements-in-namespace',
  kind: placementKind,
  keys: ({ metadata }) => [metadata.namespace ?? ''],
};

const placementsOfProgram: Index<Placement> = {
  name: 'placements-of-program',
  kind: placementKind,
  keys: (placement) => {
    const owner = ownerKeyOf(placement);
    return owner === undefined ? [] : [owner];
  },
};

/** Decides which clusters placements select: one key, one Placement (placement.md §1, §10). */
export function schedulePlacements({ compat }: PlacementOptions = {}): Controller {
  return {
    name: 'placement',
    watches: [
      watch({ kind: placementKind, keys: (placement: Placement) => [keyOf(placement)] }),
      watch({
        kind: placementDecisionKind,
        keys: (decision: PlacementDecision) => {
          const placement = placementOf(decision);
          return placement === undefined ? [] : [placement];
        },
      }),
      watch({
        kind: managedClusterSetBindingKind,
        keys: (binding: ManagedClusterSetBinding, snapshot) => keysOfBinding(binding, snapshot),
      }),
      watch({
        kind: managedClusterSetKind,
        keys: ({ metadata }: ManagedClusterSet, snapshot) => keysOfSet(metadata.name, snapshot),
      }),
      watch({
        kind: managedClusterKind,
        keys: (cluster: ManagedCluster, snapshot) =>
          keysOfSets(snapshot.projection(fleetProjection).setsOf(cluster), snapshot),
      }),
      watch({ kind: addOnPlacementScoreKind, keys: keysOfScore }),
      watch({ kind: managedClusterAddOnKind, keys: keysOfAddOn }),
      watch({ kind: programKind, keys: keysOfProgram }),
      watch({
        kind: programPartKind,
        keys: (part: ProgramPart, snapshot) => {
          const users = snapshot.projection(programsProjection).usersOf(keyOf(part));
          return users.flatMap((key) => {
            const { namespace, name } = parseKey(key);
            const program = snapshot.get(programKind, namespace, name);
            return program === undefined ? [] : placementsOf(program, snapshot);
          });
        },
      }),
    ],
    indexes: [
      placementsInNamespace,
      placementsOfProgram,
      decisionsOfPlacement,
      bindingsInNamespace,
      bindingsOfSet,
      programsByOwnerKey,
    ] as unknown as readonly Index[],
    projections: [
      fleetProjection,
      programsProjection,
      occupancyProjection,
    ] as readonly Projection<unknown>[],
    reconcile: (key, snapshot, now) => {
      const { namespace, name } = parseKey(key);
      const placement = snapshot.get(placementKind, namespace, name);
      // Decisions of a Placement that is gone go by their owner reference.
      if (placement === undefined || placement.metadata.deletionTimestamp !== undefined)
        return done;
      const ir = meaningOf(placement, snapshot);
      return ir === null
        ? done
        : decide(placement, ir, { snapshot, now, ...(compat && { compat }) });
    },
  };
}

/** Placements of a namespace that choose from a set: those that name it or none. */
function keysOfBinding(
  { metadata }: ManagedClusterSetBinding,
  snapshot: Snapshot,
): readonly string[] {
  return snapshot
    .list(placementsInNamespace, metadata.namespace ?? '')
    .filter(({ spec }) => {
      const sets = spec?.clusterSets ?? [];
      return sets.length === 0 || sets.includes(metadata.name);
    })
    .map(keyOf);
}

function keysOfSet(set: string, snapshot: Snapshot): readonly string[] {
  return snapshot.list(bindingsOfSet, set).flatMap((binding) => keysOfBinding(binding, snapshot));
}

function keysOfSets(sets: readonly string[], snapshot: Snapshot): readonly string[] {
  return [...new Set(sets.flatMap((set) => keysOfSet(set, snapshot)))];
}

/** Placements that may see a cluster and count on a score of this name. */
function keysOfScore({ metadata }: AddOnPlacementScore, snapshot: Snapshot): readonly string[] {
  const matters = (ir: IrPlacement): boolean =>
    mentions(ir, (node) => node['resource'] === metadata.name || usesScores(node));
  return keysSeeing(metadata.namespace ?? '', snapshot, matters);
}

/** CEL may look at any score. */
function usesScores({ op, source }: Readonly<Record<string, unknown>>): boolean {
  return op === 'cel' && typeof source === 'string' && source.includes('scores(');
}

/** Placements that may see a cluster and look at its add-ons: only declarations can. */
function keysOfAddOn({ metadata }: KubeObject, snapshot: Snapshot): readonly string[] {
  return keysSeeing(metadata.namespace ?? '', snapshot, (ir) =>
    mentions(ir, ({ from }) => from === 'addon'),
  );
}

function keysSeeing(
  cluster: string,
  snapshot: Snapshot,
  matters: (ir: IrPlacement) => boolean,
): readonly string[] {
  const sets = snapshot.projection(fleetProjection).facts(cluster)?.sets ?? [];
  return keysOfSets(sets, snapshot).filter((key) => {
    const { namespace, name } = parseKey(key);
    const placement = snapshot.get(placementKind, namespace, name);
    const ir = placement === undefined ? null : meaningOf(placement, snapshot);
    return ir !== null && matters(ir);
  });
}

function mentions(
  value: unknown,
  is: (node: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next.filter((of) => of !== undefined));
    if (!isJsonObject(next)) continue;
    if (is(next)) return true;
    open.push(...Object.values(next).filter((of) => of !== undefined));
  }
  return false;
}

function keysOfProgram(program: ProgramObject, snapshot: Snapshot): readonly string[] {
  const programs = snapshot.projection(programsProjection);
  return programs.changedSpec(program) ? placementsOf(program, snapshot) : [];
}

function placementsOf(program: ProgramObject, snapshot: Snapshot): readonly string[] {
  return snapshot.list(placementsOfProgram, ownerKey(program)).map(keyOf);
}
