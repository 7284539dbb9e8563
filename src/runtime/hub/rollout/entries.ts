import type { DecisionGroup } from '../../../engine/rollout/progress.ts';
import type { IrApp, IrPlaced } from '../../../ir/program.ts';
import { placementKind } from '../../../kube/ocm/cluster.ts';
import type { Snapshot } from '../../control/controller.ts';
import { isReachKnown, reachOf } from '../bound-sets.ts';
import { decidedGroups, decisionsOfPlacement, isWhole } from '../decisions.ts';
import type { Fleet } from '../fleet.ts';

/** One entry of an app's `on:` and the clusters that are its own. */
export interface Entry {
  readonly placed: IrPlaced;
  /** Clusters an earlier entry has are left out (language.md Rule 48). */
  readonly groups: readonly DecisionGroup[];
  /**
   * Whether the decisions are all there: only then has a cluster that is not among them left the placement. Sets nobody
   * can read take nothing away from anybody either.
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
    const placement = of.snapshot.get(placementKind, of.namespace, placed.placement);
    const decisions = of.snapshot.list(decisionsOfPlacement, key);
    return { placed, groups, isWhole: isKnown && isWhole(placement, decisions) };
  });
}
