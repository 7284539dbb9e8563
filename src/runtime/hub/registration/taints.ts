import { conditionOf, refOf } from '../../../kube/object.ts';
import {
  availabilityTaints,
  type ClusterTaint,
  clusterConditions,
  type ManagedCluster,
  managedClusterKind,
} from '../../../kube/ocm/cluster.ts';
import { type Controller, done, type Outcome, watch } from '../../control/controller.ts';
import { ifVersion } from './cluster-patch.ts';

/**
 * Keeps placements away from clusters that cannot be reached or are not well (ocm pkg/registration/hub/taint/controller.go).
 * The time of a taint is set by admission, not here.
 */
export const taintController: Controller = {
  name: 'registration-taints',
  watches: [watch({ kind: managedClusterKind, keys: ({ metadata }) => [metadata.name] })],
  reconcile: (name, snapshot): Outcome => {
    const cluster = snapshot.get(managedClusterKind, '', name);
    if (cluster === undefined || cluster.metadata.deletionTimestamp !== undefined) return done;
    const next = taintsFor(cluster);
    if (next === (cluster.spec?.taints ?? none)) return done;
    const patch = { spec: { taints: next.map((taint) => ({ ...taint })) } };
    return { actions: [{ do: 'patch', of: refOf(cluster), patch, ...ifVersion(cluster) }] };
  },
};

/** The taints a cluster is to have by whether it is available; the very same where it has them. */
export function taintsFor({ spec, status }: ManagedCluster): readonly ClusterTaint[] {
  const { taints = none } = spec ?? {};
  const available = conditionOf(status?.conditions, clusterConditions.available);
  const wanted = wantedTaint(available?.status);
  const kept = taints.filter((taint) => !isOurs(taint) || taint.key === wanted);
  const has = kept.some(({ key, effect }) => key === wanted && effect === 'NoSelect');
  if (wanted !== null && !has) return [...kept, taintOf(wanted)];
  return kept.length === taints.length ? taints : kept;
}

const none: readonly ClusterTaint[] = [];

function wantedTaint(available: string | undefined): string | null {
  if (available === 'True') return null;
  return available === 'False' ? availabilityTaints.unavailable : availabilityTaints.unreachable;
}

function isOurs({ key, effect }: ClusterTaint): boolean {
  const ours: readonly string[] = Object.values(availabilityTaints);
  return effect === 'NoSelect' && ours.includes(key);
}

function taintOf(key: string): ClusterTaint {
  return { key, effect: 'NoSelect' };
}
