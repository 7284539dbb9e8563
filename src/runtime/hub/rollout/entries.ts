import type { DecisionGroup } from '../../../engine/rollout/progress.ts';
import { isSchedulingDisabled } from '../../../ir/lift/placement.ts';
import type { IrApp, IrPlaced } from '../../../ir/program.ts';
import { type PlacementDecision, placementKind } from '../../../kube/ocm/cluster.ts';
import type { Snapshot } from '../../control/controller.ts';
import { isReachKnown, reachOf } from '../bound-sets.ts';
import { decidedGroups, decisionsOfPlacement } from '../decisions.ts';
import type { Fleet } from '../fleet.ts';

/** One entry of an app's `on:` and the clusters that are its own. */
export interface Entry {
  readonly placed: IrPlaced;
  /** Clusters an earlier entry has are left out (language.md Rule 48). */
  readonly groups: readonly DecisionGroup[];
  /**
   * Whether the decisions are all there: only then has a cluster that is not among them left the placement. A Placement
   * that is gone, undecided or in the middle of being written takes nothing away from anybody, nor do sets nobody can read.
   */
  readonly isWhole: boolean;
}

/** The entries of an app with the clusters each decides over, first come first served. */
export function entriesOf(
  app: IrApp,
  of: { readonly namespace: string; readonly snapshot: Snapshot; readonly fleet: Fleet },
): readonly Entry[] {
  const isInReach = reachOf(of.namespace, of);
  const isKnown = isReachKnown(of.namespace, of.snapshot);
  const taken = new Set<string>();
  return app.on.map((placed) => {
    const key = `${of.namespace}/${placed.placement}`;
    const decided = decidedGroups(key, of.snapshot);
    const groups = decided.map((group) => ({
      ...group,
      clusters: group.clusters.filter((cluster) => !taken.has(cluster) && isInReach(cluster)),
    }));
    for (const cluster of decided.flatMap(({ clusters }) => clusters)) taken.add(cluster);
    return { placed, groups, isWhole: isKnown && isWhole(placed, decided, of) };
  });
}

function isWhole(
  { placement }: IrPlaced,
  decided: readonly { readonly clusters: readonly string[] }[],
  { namespace, snapshot }: { readonly namespace: string; readonly snapshot: Snapshot },
): boolean {
  const object = snapshot.get(placementKind, namespace, placement);
  const objects: readonly PlacementDecision[] = snapshot.list(
    decisionsOfPlacement,
    `${namespace}/${placement}`,
  );
  if (object === undefined || objects.length === 0) return false;
  const selected = object.status?.numberOfSelectedClusters;
  // Who decides instead of a scheduler need not count.
  if (selected === undefined && isSchedulingDisabled(object)) return true;
  const clusters = new Set(decided.flatMap((group) => group.clusters));
  return (selected ?? 0) === clusters.size;
}
