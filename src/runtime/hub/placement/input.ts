import { type Instant, parseInstant } from '../../../base/instant.ts';
import { recordedScores } from '../../../engine/placement/decisions.ts';
import {
  type GuardInput,
  removalAllowedAnnotation,
  removalsAnnotation,
} from '../../../engine/placement/guard.ts';
import type { WorldInput } from '../../../engine/placement/mentions.ts';
import type { Pieces } from '../../../engine/placement/pieces.ts';
import { parseRemovals } from '../../../engine/placement/removals.ts';
import type { IrPlacement } from '../../../ir/program.ts';
import { type Kind, keyOf } from '../../../kube/object.ts';
import { managedClusterAddOnKind } from '../../../kube/ocm/addon.ts';
import {
  addOnPlacementScoreKind,
  managedClusterKind,
  managedClusterSetBindingKind,
  managedClusterSetKind,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
} from '../../../kube/ocm/cluster.ts';
import type { Snapshot } from '../../control/controller.ts';
import { boundSets } from '../bound-sets.ts';
import { clustersIn, decidedGroups, decisionsOfPlacement } from '../decisions.ts';
import { fleetProjection } from '../fleet.ts';
import { occupancyProjection } from './occupancy.ts';

/** One evaluation: what is known, when, and whose rules count. */
export interface Pass {
  readonly snapshot: Snapshot;
  readonly now: Instant;
  readonly compat?: 'upstream';
}

/** All that the engine looks at to decide a placement. */
export function inputOf(placement: Placement, ir: IrPlacement, pass: Pass): GuardInput {
  const { snapshot, now, compat } = pass;
  const { namespace = '', annotations = {} } = placement.metadata;
  const live = decisionsNow(placement, snapshot);
  const decided = live.flatMap(clustersIn);
  return {
    placement: ir,
    inventory: snapshot.projection(fleetProjection).inventory,
    boundSets: boundSets(namespace, snapshot),
    decided,
    // Who is not cut into groups has nobody to lose to another.
    ...(ir.clustersPerDecisionGroup !== null && { decidedGroups: groupsNow(placement, snapshot) }),
    othersDecided: snapshot.projection(occupancyProjection).without(decided),
    recorded: recordedScores(live, instantOf(placement.status?.lastScoreUpdateTime)),
    now,
    compat: compat ?? 'native',
    unread: unreadInputs(snapshot).map(({ input }) => input),
    removals: parseRemovals(annotations[removalsAnnotation]),
    allowedUntil: instantOf(annotations[removalAllowedAnnotation]),
  };
}

/** The decisions of a placement as they are now, by their label. */
export function decisionsNow(
  { metadata }: Placement,
  snapshot: Snapshot,
): readonly PlacementDecision[] {
  return snapshot.list(decisionsOfPlacement, `${metadata.namespace ?? ''}/${metadata.name}`);
}

function groupsNow(placement: Placement, snapshot: Snapshot): Pieces {
  return decidedGroups(keyOf(placement), snapshot).map(({ clusters }) => clusters);
}

const kinds: ReadonlyMap<WorldInput, Kind> = new Map<WorldInput, Kind>([
  ['clusters', managedClusterKind],
  ['sets', managedClusterSetKind],
  ['bindings', managedClusterSetBindingKind],
  ['decisions', placementDecisionKind],
  ['scores', addOnPlacementScoreKind],
  ['addons', managedClusterAddOnKind],
]);

/** What the API server does not show, or not any more, and why: as if there were none of it would be a guess. */
export function unreadInputs(
  snapshot: Snapshot,
): readonly { readonly input: WorldInput; readonly why: string }[] {
  return [...kinds].flatMap(([input, kind]) => {
    const why = snapshot.doubt(kind);
    return why === null ? [] : [{ input, why }];
  });
}

function instantOf(text: string | undefined): Instant | null {
  return text === undefined ? null : parseInstant(text);
}
