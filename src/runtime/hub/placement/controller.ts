import { jsonEqual } from '../../../base/json.ts';
import type { Compat } from '../../../engine/predicate/scope.ts';
import {
  type ProgramObject,
  type ProgramPart,
  programKind,
  programPartKind,
} from '../../../ir/program-object.ts';
import { type KubeObject, keyOf, parseKey } from '../../../kube/object.ts';
import { managedClusterAddOnKind } from '../../../kube/ocm/addon.ts';
import {
  addOnPlacementScoreKind,
  type ManagedClusterSet,
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
  type Watch,
  watch,
} from '../../control/controller.ts';
import { bindingsInNamespace, bindingsOfSet } from '../bound-sets.ts';
import { decisionsOfPlacement, placementOf } from '../decisions.ts';
import { fleetProjection } from '../fleet.ts';
import { ownerKey, ownerKeyOf, programsByOwnerKey } from '../ownership.ts';
import { programsProjection } from '../programs.ts';
import {
  changedAddOn,
  changedCluster,
  changedScore,
  placementsInNamespace,
  topicsOf,
  withAddOn,
  withBinding,
  withCluster,
  withScore,
  withSet,
} from './concerned.ts';
import { decide } from './decide.ts';
import { meaningOf } from './meaning.ts';
import { occupancyProjection } from './occupancy.ts';
import { placementTally } from './tally.ts';

export interface PlacementOptions {
  readonly compat?: 'upstream';
}

const placementsOfProgram: Index<Placement> = {
  name: 'placements-of-program',
  kind: placementKind,
  keys: (placement) => {
    const owner = ownerKeyOf(placement);
    return owner === undefined ? [] : [owner];
  },
};

/** What wakes placements; those that are there at the start wake themselves. */
const secondary = <T extends KubeObject>(of: Watch<string, T>): Watch =>
  watch({ ...of, quietAtStart: true });

const watchesOf = ({ compat = 'native' }: { compat?: Compat }): readonly Watch[] => [
  watch({ kind: placementKind, keys: (placement: Placement) => [keyOf(placement)] }),
  secondary({
    kind: placementDecisionKind,
    keys: (decision: PlacementDecision) => {
      const placement = placementOf(decision);
      return placement === undefined ? [] : [placement];
    },
  }),
  secondary({
    kind: managedClusterSetBindingKind,
    keys: withBinding,
    // Whether it is there, under its name, is all that counts.
    keysOfChange: () => [],
  }),
  secondary({
    kind: managedClusterSetKind,
    keys: ({ metadata }: ManagedClusterSet, snapshot) => withSet(metadata.name, snapshot),
    keysOfChange: (before, now, snapshot) =>
      jsonEqual(before.spec, now.spec) ? [] : withSet(now.metadata.name, snapshot),
  }),
  secondary({
    kind: managedClusterKind,
    keys: withCluster,
    keysOfChange: (before, now, snapshot, at) =>
      changedCluster(before, now, snapshot, { at, compat }),
  }),
  secondary({
    kind: addOnPlacementScoreKind,
    optional: true,
    keys: withScore,
    keysOfChange: changedScore,
  }),
  secondary({
    kind: managedClusterAddOnKind,
    optional: true,
    keys: withAddOn,
    keysOfChange: changedAddOn,
  }),
  secondary({ kind: programKind, optional: true, keys: keysOfProgram }),
  secondary({
    kind: programPartKind,
    optional: true,
    keys: (part: ProgramPart, snapshot) => {
      const users = snapshot.projection(programsProjection).usersOf(keyOf(part));
      return users.flatMap((key) => {
        const { namespace, name } = parseKey(key);
        const program = snapshot.get(programKind, namespace, name);
        return program === undefined ? [] : placementsOf(program, snapshot);
      });
    },
  }),
];

/** Decides which clusters placements select: one key, one Placement (placement.md §1, §10). */
export function schedulePlacements({ compat }: PlacementOptions = {}): Controller {
  return {
    name: 'placement',
    reportsAs: 'placement-controller',
    watches: watchesOf({ ...(compat && { compat }) }),
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
      placementTally,
    ] as readonly Projection<unknown>[],
    reconcile: (key, snapshot, now) => {
      const { namespace, name } = parseKey(key);
      const placement = snapshot.get(placementKind, namespace, name);
      // Decisions of a Placement that is gone go by their owner reference.
      if (placement === undefined || placement.metadata.deletionTimestamp !== undefined)
        return done;
      const ir = meaningOf(placement, snapshot);
      if (ir === null) return done;
      const outcome = decide(placement, ir, { snapshot, now, ...(compat && { compat }) });
      return { ...outcome, mentions: topicsOf(ir) };
    },
  };
}

function keysOfProgram(program: ProgramObject, snapshot: Snapshot): readonly string[] {
  const programs = snapshot.projection(programsProjection);
  return programs.changedSpec(program) ? placementsOf(program, snapshot) : [];
}

function placementsOf(program: ProgramObject, snapshot: Snapshot): readonly string[] {
  return snapshot.list(placementsOfProgram, ownerKey(program)).map(keyOf);
}
