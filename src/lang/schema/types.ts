import type { StandardSet } from '../../kube/ocm/standard-sets.ts';

/** Names that the types of keys use, in the notation of types in `.ocm`; a union may mix words and types here. */
export const schemaTypes = {
  Toleration:
    '{ key?: string | unreachable | unavailable, value?: string, effect?: NoSelect | PreferNoSelect | NoSelectIfNew, for?: duration }',
  Controls:
    '{ standard?: [string] | string, category?: [string] | string, control?: [string] | string }',
  NamespaceSelector:
    '{ include?: [string], exclude?: [string], labels?: { *: string }, terminating?: Default | IfMatch | Never }',
  Dependency: 'Policy | { is?: Compliant | NonCompliant | Pending, namespace?: string, *: string }',
  LabelSelector:
    '{ matchLabels?: { *: string }, matchExpressions?: [{ key: string, operator: string, values?: [string] }] }',
  RemovalBehavior:
    '{ operatorGroups?: Keep | DeleteIfUnused, subscriptions?: Removal, clusterServiceVersions?: Removal, customResourceDefinitions?: Removal }',
  Removal: 'Keep | Delete',
  OperatorCompliance:
    '{ catalogSourceUnhealthy?: Tolerance, deploymentsUnavailable?: Tolerance, upgradesAvailable?: Tolerance, deprecationsPresent?: Tolerance, minorChannelUpgradeAvailable?: Tolerance }',
  Tolerance: 'Compliant | NonCompliant',
  UpdateStrategy:
    '{ type?: Update | CreateOnly | ServerSideApply | ReadOnly, force?: bool, manager?: string, ignore?: [IgnoredFields] }',
  IgnoredFields:
    '{ when?: OnSpokePresent | OnSpokeChange, paths?: [string], pointers?: [string], jq?: [string] }',
  Window:
    '{ active?: [string], blocked?: [string], zone?: string, days?: [Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday] }',
  OrphanedObject: '{ kind: Kind, name: string, namespace?: string }',
  Spread: '{ over: Topology, skew?: int, otherwise?: ScheduleAnyway | DoNotSchedule }',
  Guard: '{ neverEmpty?: bool, removeAtMost?: int | percent, within?: duration }',
  Placed: 'Placement | { placement: Placement, rollout?: Rollout | InlineRollout }',
} as const;

/** Types that refer to blocks, with the head of the block. */
export const sortHeads = {
  ClusterSet: 'clusterset',
  Placement: 'placement',
  Group: 'group',
  Policy: 'policy',
  PolicySet: 'policyset',
  App: 'app',
  AddOn: 'addon',
  Rollout: 'rollout',
  Fixture: 'fixture',
} as const;
export type Sort = keyof typeof sortHeads;

const hubSetDocs: Readonly<Record<StandardSet, string>> = {
  default: 'Every hub has this set: it holds the clusters that are in no other one.',
  global: 'Every hub has this set: it holds all clusters.',
};
/** Sets every hub has from the start: whoever refers to one need not declare it. */
export const hubSets: ReadonlyMap<string, string> = new Map(Object.entries(hubSetDocs));

/** Words of `tolerate` that stand for keys of taints (Rule 40). */
export const taintKeys: ReadonlyMap<string, string> = new Map([
  ['unreachable', 'cluster.open-cluster-management.io/unreachable'],
  ['unavailable', 'cluster.open-cluster-management.io/unavailable'],
]);
