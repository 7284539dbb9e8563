import type { Instant } from '../../base/instant.ts';
import { parseInstant } from '../../base/instant.ts';
import type { Json } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import { conditionOf } from '../../kube/object.ts';
import type { ManagedClusterAddOn } from '../../kube/ocm/addon.ts';
import type { AddOnPlacementScore, ClusterTaint, ManagedCluster } from '../../kube/ocm/cluster.ts';
import { labelOf } from '../../kube/selector.ts';

/** Objects of the hub that say something about one cluster, as they are: reading them costs nothing until it is asked. */
export interface ClusterRow {
  readonly cluster: ManagedCluster;
  /** Those of the cluster's namespace. */
  readonly scores?: readonly AddOnPlacementScore[];
  /** Those of the cluster's namespace. */
  readonly addons?: readonly ManagedClusterAddOn[];
}

/** All that can be said about one cluster. */
export interface ClusterFacts extends ClusterRow {
  readonly name: string;
  /** Names of the sets it is in, sorted. */
  readonly sets: readonly string[];
}

/** The value of one label. */
export function labelOfCluster({ cluster }: ClusterRow, key: string): string | undefined {
  return labelOf(cluster.metadata.labels, key);
}

/** The value of one annotation. */
export function annotationOf({ cluster }: ClusterRow, key: string): string | undefined {
  return labelOf(cluster.metadata.annotations, key);
}

/** The value of one claim; of several with the same name the last one counts. */
export function claimOf({ cluster }: ClusterRow, key: string): string | undefined {
  const claims = listOf(cluster.status?.clusterClaims);
  for (let at = claims.length - 1; at >= 0; at -= 1) {
    const claim = claims[at];
    if (claim !== undefined && (claim.name ?? '') === key) return claim.value ?? '';
  }
  return undefined;
}

/** Whether a condition holds; unknown where it is absent or neither True nor False. */
export function conditionHolds({ cluster }: ClusterRow, type: string): boolean | undefined {
  return truth(conditionOf(listOf(cluster.status?.conditions), type)?.status);
}

/** Whether an add-on of the cluster is available; unknown where it does not say. */
export function addonAvailable({ addons }: ClusterRow, name: string): boolean | undefined {
  const addon = addons?.find(({ metadata }) => metadata.name === name);
  return truth(conditionOf(listOf(addon?.status?.conditions), 'Available')?.status);
}

/** A score as an AddOnPlacementScore holds it. */
export interface ScoreFact {
  readonly value: number;
  /** The end of its validity; null where it has none. */
  readonly validUntil: Instant | null;
}

/** The AddOnPlacementScore of one name. */
export function scoresNamed(
  { scores }: ClusterRow,
  resource: string,
): AddOnPlacementScore | undefined {
  return scores?.find(({ metadata }) => metadata.name === resource);
}

/** One score, expired or not; of several with the same name the last one counts. */
export function scoreOf(row: ClusterRow, resource: string, score: string): ScoreFact | undefined {
  const status = scoresNamed(row, resource)?.status;
  const found = listOf(status?.scores).findLast(({ name }) => name === score);
  // A file may hold what no API server would take.
  if (found === undefined || !Number.isFinite(found.value)) return undefined;
  return { value: found.value, validUntil: validity(status?.validUntil) };
}

/** The end of validity of an AddOnPlacementScore; null where it has none or none that can be read. */
export function validity(validUntil: string | null | undefined): Instant | null {
  return validUntil ? parseInstant(validUntil) : null;
}

/** The taints of a cluster. */
export function taintsOf({ cluster }: ClusterRow): readonly ClusterTaint[] {
  return listOf(cluster.spec?.taints);
}

/** Is the cluster being deleted? Such a cluster is never selected. */
export function isTerminating({ cluster }: ClusterRow): boolean {
  return Boolean(cluster.metadata.deletionTimestamp);
}

/** The value at a path in the ManagedCluster. */
export function fieldOf({ cluster }: ClusterRow, path: readonly string[]): Json | undefined {
  let at: unknown = cluster;
  for (const step of path) {
    if (isJsonObject(at) && Object.hasOwn(at, step)) at = at[step];
    else if (Array.isArray(at) && /^\d{1,9}$/.test(step)) at = at[Number(step)];
    else return undefined;
  }
  return at as Json | undefined;
}

// A file of clusters may hold anything where a list should be.
function listOf<T>(list: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(list) ? list : [];
}

function truth(status: string | undefined): boolean | undefined {
  if (status === 'True') return true;
  return status === 'False' ? false : undefined;
}
