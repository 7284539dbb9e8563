import type { Instant } from '../../../base/instant.ts';
import { jsonEqual } from '../../../base/json.ts';
import { type Fact, factKey, factOf, factText } from '../../../engine/inventory/fact.ts';
import { addonAvailable, type ClusterFacts } from '../../../engine/inventory/facts.ts';
import { type ClusterChange, changeOf, concerns } from '../../../engine/placement/concerns.ts';
import { mentionsOf } from '../../../engine/placement/mentions.ts';
import type { Compat } from '../../../engine/predicate/scope.ts';
import type { IrPlacement } from '../../../ir/program.ts';
import { keyOf, parseKey } from '../../../kube/object.ts';
import type { ManagedClusterAddOn } from '../../../kube/ocm/addon.ts';
import {
  type AddOnPlacementScore,
  type ManagedCluster,
  type ManagedClusterSetBinding,
  managedClusterSetBindingKind,
  type Placement,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import type { Index, Snapshot } from '../../control/controller.ts';
import { bindingsOfSet, boundSets } from '../bound-sets.ts';
import { clustersIn } from '../decisions.ts';
import { fleetProjection } from '../fleet.ts';
import { decisionsNow } from './input.ts';
import { meaningOf } from './meaning.ts';

/** Placements by namespace. */
export const placementsInNamespace: Index<Placement> = {
  name: 'placements-in-namespace',
  kind: placementKind,
  keys: ({ metadata }) => [metadata.namespace ?? ''],
};

/** What a placement looks at in clusters, as topics; `changedCluster` and the others find it by them. */
export function topicsOf(ir: IrPlacement): readonly string[] {
  const known = topics.get(ir);
  if (known !== undefined) return known;
  const made = mentionsOf(ir).facts.map(factKey);
  topics.set(ir, made);
  return made;
}

const topics = new WeakMap<IrPlacement, readonly string[]>();

/** Placements of a namespace that choose from a set: those that name it or none. */
export function withBinding(
  { metadata }: ManagedClusterSetBinding,
  snapshot: Snapshot,
): readonly string[] {
  return snapshot
    .list(placementsInNamespace, metadata.namespace ?? '')
    .filter((placement) => choosesFrom(placement, metadata.name))
    .map(keyOf);
}

function choosesFrom({ spec }: Placement, set: string): boolean {
  const sets = spec?.clusterSets ?? [];
  return sets.length === 0 || sets.includes(set);
}

/** Placements that choose from a set. */
export function withSet(set: string, snapshot: Snapshot): readonly string[] {
  return snapshot.list(bindingsOfSet, set).flatMap((binding) => withBinding(binding, snapshot));
}

/** Placements that may choose a cluster. */
export function withCluster(cluster: ManagedCluster, snapshot: Snapshot): readonly string[] {
  return withSets(snapshot.projection(fleetProjection).setsOf(cluster), snapshot);
}

function withSets(sets: readonly string[], snapshot: Snapshot): readonly string[] {
  return [...new Set(sets.flatMap((set) => withSet(set, snapshot)))];
}

/** Whose rules count, and when. */
export interface Moment {
  readonly at: Instant;
  readonly compat: Compat;
}

/**
 * Placements a change of a cluster concerns: where it came into sets or went, or is going, those that choose from these;
 * else whoever mentions what changed, taints included, and could choose it before or can now. A heartbeat concerns nobody.
 */
export function changedCluster(
  before: ManagedCluster,
  now: ManagedCluster,
  snapshot: Snapshot,
  moment: Moment,
): readonly string[] {
  const fleet = snapshot.projection(fleetProjection);
  const was = fleet.setsOf(before);
  const is = fleet.setsOf(now);
  if (before.metadata.deletionTimestamp !== now.metadata.deletionTimestamp) {
    return withSets([...was, ...is], snapshot);
  }
  const moved = [
    ...was.filter((set) => !is.includes(set)),
    ...is.filter((set) => !was.includes(set)),
  ];
  const { name } = now.metadata;
  const { scores = [], addons = [] } = fleet.facts(name) ?? {};
  const old: ClusterFacts = { name, scores, addons, cluster: before, sets: was };
  const row: ClusterFacts = { name, scores, addons, cluster: now, sets: is };
  const changed = (fact: Fact): boolean => factText(fact, old) !== factText(fact, row);
  const change = changeOf(old, row);
  const candidates = change.taints ? withSets(is, snapshot) : mentioning(changed, is, snapshot);
  const concerned = candidates.filter((key) => mayDecideOtherwise(key, change, snapshot, moment));
  return [...withSets(moved, snapshot), ...concerned];
}

/** Whether other facts of a cluster can change a decision, as far as the placement itself tells. */
function mayDecideOtherwise(
  key: string,
  change: ClusterChange,
  snapshot: Snapshot,
  { at: now, compat }: Moment,
): boolean {
  const { namespace, name } = parseKey(key);
  const stored = snapshot.get(placementKind, namespace, name);
  const placement = stored === undefined ? null : meaningOf(stored, snapshot);
  if (stored === undefined || placement === null) return false;
  // Ours decides nothing by what is decided here.
  const decided = compat === 'native' ? [] : decisionsNow(stored, snapshot).flatMap(clustersIn);
  const input = { placement, boundSets: boundSets(namespace, snapshot), decided, now, compat };
  return concerns(input, change);
}

/** Placements a score of a cluster concerns, where it came, went or changed. */
export function withScore(score: AddOnPlacementScore, snapshot: Snapshot): readonly string[] {
  const { namespace = '', name } = score.metadata;
  const counts = (fact: Fact): boolean =>
    (fact.from === 'scores' && (fact.resource === null || fact.resource === name)) ||
    fact.from === 'everything';
  return mentioning(counts, setsOfCluster(namespace, snapshot), snapshot);
}

/** Nobody, unless what the score says changed. */
export function changedScore(
  before: AddOnPlacementScore,
  now: AddOnPlacementScore,
  snapshot: Snapshot,
): readonly string[] {
  return jsonEqual(before.status, now.status) ? [] : withScore(now, snapshot);
}

/** Placements an add-on of a cluster concerns, where it came or went. */
export function withAddOn(addon: ManagedClusterAddOn, snapshot: Snapshot): readonly string[] {
  const { namespace = '', name } = addon.metadata;
  const counts = (fact: Fact): boolean =>
    (fact.from === 'addon' && fact.name === name) || fact.from === 'everything';
  return mentioning(counts, setsOfCluster(namespace, snapshot), snapshot);
}

/** Nobody, unless the add-on became available or ceased to be; what an add-on is otherwise nobody can ask. */
export function changedAddOn(
  before: ManagedClusterAddOn,
  now: ManagedClusterAddOn,
  snapshot: Snapshot,
): readonly string[] {
  return available(before) === available(now) ? [] : withAddOn(now, snapshot);
}

function available(addon: ManagedClusterAddOn): boolean | undefined {
  const { name, namespace = '' } = addon.metadata;
  const cluster: ManagedCluster = { apiVersion: '', kind: '', metadata: { name: namespace } };
  return addonAvailable({ cluster, addons: [addon] }, name);
}

function setsOfCluster(name: string, snapshot: Snapshot): readonly string[] {
  return snapshot.projection(fleetProjection).facts(name)?.sets ?? [];
}

/** Placements that mention a fact and may choose from one of the sets. */
function mentioning(
  is: (fact: Fact) => boolean,
  sets: readonly string[],
  snapshot: Snapshot,
): readonly string[] {
  const found = new Set<string>();
  if (sets.length === 0) return [];
  for (const [topic, keys] of snapshot.mentioning) {
    if (is(factOf(topic))) for (const key of keys) found.add(key);
  }
  return [...found].filter((key) => mayChoose(key, sets, snapshot));
}

function mayChoose(key: string, sets: readonly string[], snapshot: Snapshot): boolean {
  const { namespace, name } = parseKey(key);
  const placement = snapshot.get(placementKind, namespace, name);
  return sets.some(
    (set) =>
      placement !== undefined &&
      choosesFrom(placement, set) &&
      snapshot.get(managedClusterSetBindingKind, namespace, set) !== undefined,
  );
}
