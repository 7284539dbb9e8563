import type {
  Condition,
  Kind,
  KubeObject,
  LabelSelector,
  LabelSelectorRequirement,
} from '../object.ts';

/** API group of clusters, sets and placements. */
export const clusterGroup = 'cluster.open-cluster-management.io';

/** Label of a ManagedCluster: the one exclusive set it belongs to. */
export const clusterSetLabel = 'cluster.open-cluster-management.io/clusterset';
/** Label of a PlacementDecision: the Placement it belongs to. */
export const placementLabel = 'cluster.open-cluster-management.io/placement';
/** Labels of a PlacementDecision: its decision group. */
export const decisionGroupLabels = {
  index: 'cluster.open-cluster-management.io/decision-group-index',
  name: 'cluster.open-cluster-management.io/decision-group-name',
} as const;
/** Label of the namespace of a cluster on the hub: the cluster's name. */
export const clusterNameLabel = 'open-cluster-management.io/cluster-name';
/** Well-known taints the hub keeps by the availability of a cluster. */
export const availabilityTaints = {
  unavailable: 'cluster.open-cluster-management.io/unavailable',
  unreachable: 'cluster.open-cluster-management.io/unreachable',
} as const;
/** Types of conditions of a ManagedCluster. */
export const clusterConditions = {
  hubAccepted: 'HubAcceptedManagedCluster',
  joined: 'ManagedClusterJoined',
  available: 'ManagedClusterConditionAvailable',
  clockSynced: 'ManagedClusterConditionClockSynced',
  hubDenied: 'HubDeniedManagedCluster',
} as const;

/** A cluster the hub knows; its name is that of its namespace on the hub. Cluster-scoped. */
export type ManagedCluster = KubeObject<ManagedClusterSpec, ManagedClusterStatus>;
export interface ManagedClusterSpec {
  readonly hubAcceptsClient?: boolean;
  /** Seconds between heartbeats; 60 where absent or 0. */
  readonly leaseDurationSeconds?: number;
  readonly managedClusterClientConfigs?: readonly ClientConfig[];
  readonly taints?: readonly ClusterTaint[];
}
export interface ClientConfig {
  readonly url: string;
  /** PEM, base64. */
  readonly caBundle?: string;
}
export type TaintEffect = 'NoSelect' | 'PreferNoSelect' | 'NoSelectIfNew';
export interface ClusterTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: TaintEffect;
  readonly timeAdded?: string | null;
}
export interface ManagedClusterStatus {
  readonly conditions?: readonly Condition[];
  /** Quantities by resource. */
  readonly capacity?: Readonly<Record<string, string | number>>;
  readonly allocatable?: Readonly<Record<string, string | number>>;
  readonly version?: { readonly kubernetes?: string };
  readonly clusterClaims?: readonly ManagedClusterClaim[];
  readonly managedNamespaces?: readonly {
    readonly clusterSet: string;
    readonly name: string;
    readonly conditions?: readonly Condition[];
  }[];
}
export interface ManagedClusterClaim {
  readonly name?: string;
  readonly value?: string;
}
export const managedClusterKind: Kind<ManagedCluster> = {
  group: clusterGroup,
  version: 'v1',
  kind: 'ManagedCluster',
};

/** A set of clusters, by exclusive label or by label selector. Cluster-scoped. */
export type ManagedClusterSet = KubeObject<ManagedClusterSetSpec, ConditionsStatus>;
export interface ManagedClusterSetSpec {
  readonly clusterSelector?: {
    readonly selectorType?: 'ExclusiveClusterSetLabel' | 'LabelSelector';
    readonly labelSelector?: LabelSelector;
  };
  readonly managedNamespaces?: readonly { readonly name: string }[];
}
export interface ConditionsStatus {
  readonly conditions?: readonly Condition[];
}
export const managedClusterSetKind: Kind<ManagedClusterSet> = {
  group: clusterGroup,
  version: 'v1beta2',
  kind: 'ManagedClusterSet',
};

/** Makes a set available to the placements of a namespace; its name is that of the set. */
export type ManagedClusterSetBinding = KubeObject<
  { readonly clusterSet?: string },
  ConditionsStatus
>;
export const managedClusterSetBindingKind: Kind<ManagedClusterSetBinding> = {
  group: clusterGroup,
  version: 'v1beta2',
  kind: 'ManagedClusterSetBinding',
};

/** Which clusters of the sets bound to its namespace, how many, which first. */
export type Placement = KubeObject<PlacementSpec, PlacementStatus>;
export interface PlacementSpec {
  readonly clusterSets?: readonly string[];
  readonly numberOfClusters?: number;
  readonly predicates?: readonly ClusterPredicate[];
  readonly prioritizerPolicy?: PrioritizerPolicy;
  readonly spreadPolicy?: { readonly spreadConstraints?: readonly SpreadConstraint[] };
  readonly tolerations?: readonly Toleration[];
  readonly decisionStrategy?: { readonly groupStrategy?: GroupStrategy };
  readonly sortBy?: 'ClusterName' | 'Score';
  /** For example `1m`. */
  readonly scoreRateLimit?: string;
}
export interface ClusterPredicate {
  readonly requiredClusterSelector?: ClusterSelector & {
    readonly celSelector?: { readonly celExpressions?: readonly string[] };
  };
}
export interface ClusterSelector {
  readonly labelSelector?: LabelSelector;
  readonly claimSelector?: { readonly matchExpressions?: readonly LabelSelectorRequirement[] };
}
export interface PrioritizerPolicy {
  readonly mode?: string;
  readonly configurations?: readonly PrioritizerConfig[];
}
export interface PrioritizerConfig {
  readonly scoreCoordinate?: ScoreCoordinate;
  readonly weight?: number;
}
export interface ScoreCoordinate {
  readonly type?: 'BuiltIn' | 'AddOn';
  readonly builtIn?: string;
  readonly addOn?: { readonly resourceName: string; readonly scoreName: string };
}
export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly topologyKeyType: 'Label' | 'Claim';
  readonly maxSkew?: number;
  readonly whenUnsatisfiable?: 'DoNotSchedule' | 'ScheduleAnyway';
}
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: TaintEffect;
  readonly tolerationSeconds?: number;
}
export interface GroupStrategy {
  readonly decisionGroups?: readonly DecisionGroup[];
  /** A number, or a percentage such as `25%`. */
  readonly clustersPerDecisionGroup?: number | string;
}
export interface DecisionGroup {
  readonly groupName: string;
  readonly groupClusterSelector: ClusterSelector;
}
export interface PlacementStatus {
  readonly numberOfSelectedClusters?: number;
  readonly conditions?: readonly Condition[];
  readonly decisionGroups?: readonly DecisionGroupStatus[];
  readonly lastScoreUpdateTime?: string;
}
export interface DecisionGroupStatus {
  readonly decisionGroupIndex?: number;
  readonly decisionGroupName?: string;
  /** Names of PlacementDecisions. */
  readonly decisions?: readonly string[];
  readonly clusterCount?: number;
}
export const placementKind: Kind<Placement> = {
  group: clusterGroup,
  version: 'v1beta1',
  kind: 'Placement',
};

/** Clusters a Placement selected, at most 100 an object. */
export type PlacementDecision = KubeObject<unknown, PlacementDecisionStatus>;
export interface PlacementDecisionStatus {
  readonly decisions: readonly ClusterDecision[];
}
export interface ClusterDecision {
  readonly clusterName: string;
  readonly reason: string;
  readonly score?: number;
}
export const placementDecisionKind: Kind<PlacementDecision> = {
  group: clusterGroup,
  version: 'v1beta1',
  kind: 'PlacementDecision',
};

/** Scores of one cluster, in its namespace, for prioritizers of type AddOn. */
export type AddOnPlacementScore = KubeObject<unknown, AddOnPlacementScoreStatus>;
export interface AddOnPlacementScoreStatus {
  readonly conditions?: readonly Condition[];
  /** Values from -100 to 100. */
  readonly scores?: readonly { readonly name: string; readonly value: number }[];
  readonly validUntil?: string;
}
export const addOnPlacementScoreKind: Kind<AddOnPlacementScore> = {
  group: clusterGroup,
  version: 'v1alpha1',
  kind: 'AddOnPlacementScore',
};

/** A fact a cluster claims about itself; lives on the cluster, copied into its ManagedCluster. */
export type ClusterClaim = KubeObject<{ readonly value?: string }>;
export const clusterClaimKind: Kind<ClusterClaim> = {
  group: clusterGroup,
  version: 'v1alpha1',
  kind: 'ClusterClaim',
};
