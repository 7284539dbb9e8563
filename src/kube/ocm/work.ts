import type { JsonObject } from '../../base/json.ts';
import type { Condition, Kind, KubeObject } from '../object.ts';

/** API group of works. */
export const workGroup = 'work.open-cluster-management.io';
/** Types of conditions of a ManifestWork and of its manifests. */
export const workConditions = {
  applied: 'Applied',
  available: 'Available',
  progressing: 'Progressing',
  degraded: 'Degraded',
  complete: 'Complete',
  statusFeedbackSynced: 'StatusFeedbackSynced',
} as const;
/** Finalizers of the agent on a ManifestWork (hub) and on its AppliedManifestWork (cluster). */
export const workFinalizers = {
  manifestWork: 'cluster.open-cluster-management.io/manifest-work-cleanup',
  appliedManifestWork: 'cluster.open-cluster-management.io/applied-manifest-work-cleanup',
} as const;

/** Manifests for one cluster, in the cluster's namespace on the hub. */
export type ManifestWork = KubeObject<ManifestWorkSpec, ManifestWorkStatus>;
export interface ManifestWorkSpec {
  readonly workload?: { readonly manifests?: readonly JsonObject[] };
  readonly deleteOption?: DeleteOption;
  readonly manifestConfigs?: readonly ManifestConfig[];
  readonly executor?: {
    readonly subject?: {
      readonly type: 'ServiceAccount';
      readonly serviceAccount?: { readonly namespace: string; readonly name: string };
    };
  };
}
export interface DeleteOption {
  readonly propagationPolicy?: 'Foreground' | 'Orphan' | 'SelectivelyOrphan';
  readonly selectivelyOrphans?: { readonly orphaningRules?: readonly ResourceIdentifier[] };
  readonly ttlSecondsAfterFinished?: number;
}
export interface ResourceIdentifier {
  readonly group?: string;
  /** The plural, for example `deployments`. */
  readonly resource: string;
  readonly name: string;
  readonly namespace?: string;
}
export interface ManifestConfig {
  readonly resourceIdentifier: ResourceIdentifier;
  readonly feedbackRules?: readonly FeedbackRule[];
  readonly feedbackScrapeType?: 'Poll' | 'Watch';
  readonly updateStrategy?: UpdateStrategy;
  readonly conditionRules?: readonly ConditionRule[];
}
export interface FeedbackRule {
  readonly type: 'WellKnownStatus' | 'JSONPaths';
  readonly jsonPaths?: readonly {
    readonly name: string;
    readonly path: string;
    readonly version?: string;
  }[];
}
export interface UpdateStrategy {
  readonly type: 'Update' | 'CreateOnly' | 'ServerSideApply' | 'ReadOnly';
  readonly serverSideApply?: {
    readonly force?: boolean;
    readonly fieldManager?: string;
    readonly ignoreFields?: readonly IgnoreFields[];
  };
}
export interface IgnoreFields {
  readonly condition: 'OnSpokePresent' | 'OnSpokeChange';
  readonly jsonPaths?: readonly string[];
  readonly jsonPointers?: readonly string[];
  readonly jqPathExpressions?: readonly string[];
}
export interface ConditionRule {
  readonly type: 'WellKnownConditions' | 'CEL';
  readonly condition: string;
  readonly celExpressions?: readonly string[];
  readonly message?: string;
  readonly messageExpression?: string;
}
export interface ManifestWorkStatus {
  readonly conditions?: readonly Condition[];
  readonly resourceStatus?: { readonly manifests?: readonly ManifestCondition[] };
}
/** What became of one manifest. */
export interface ManifestCondition {
  readonly resourceMeta: ManifestResourceMeta;
  readonly conditions: readonly Condition[];
  readonly statusFeedback?: { readonly values?: readonly FeedbackValue[] };
}
export interface ManifestResourceMeta {
  /** Index in `spec.workload.manifests`. */
  readonly ordinal: number;
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly resource?: string;
  readonly name?: string;
  readonly namespace?: string;
}
export interface FeedbackValue {
  readonly name: string;
  readonly fieldValue: FieldValue;
}
export interface FieldValue {
  readonly type: 'Integer' | 'String' | 'Boolean' | 'JsonRaw';
  readonly integer?: number;
  readonly string?: string;
  readonly boolean?: boolean;
  /** JSON text of a list or an object. */
  readonly jsonRaw?: string;
}
export const manifestWorkKind: Kind<ManifestWork> = {
  group: workGroup,
  version: 'v1',
  kind: 'ManifestWork',
};

/** The agent's record, on the cluster, of what a work applied. Cluster-scoped; `<hub hash>-<work name>`. */
export type AppliedManifestWork = KubeObject<AppliedManifestWorkSpec, AppliedManifestWorkStatus>;
export interface AppliedManifestWorkSpec {
  readonly hubHash: string;
  readonly manifestWorkName: string;
  readonly agentID?: string;
}
export interface AppliedManifestWorkStatus {
  readonly appliedResources?: readonly AppliedResource[];
  readonly evictionStartTime?: string;
}
export interface AppliedResource extends ResourceIdentifier {
  readonly version: string;
  readonly uid?: string;
}
export const appliedManifestWorkKind: Kind<AppliedManifestWork> = {
  group: workGroup,
  version: 'v1',
  kind: 'AppliedManifestWork',
};

/** A template of ManifestWorks for the clusters of placements, rolled out by a strategy. */
export type ManifestWorkReplicaSet = KubeObject<
  ManifestWorkReplicaSetSpec,
  ManifestWorkReplicaSetStatus
>;
export interface ManifestWorkReplicaSetSpec {
  readonly manifestWorkTemplate?: ManifestWorkSpec;
  readonly placementRefs: readonly PlacementReference[];
  readonly cascadeDeletionPolicy?: 'Background' | 'Foreground';
}
export interface PlacementReference {
  readonly name: string;
  readonly rolloutStrategy?: RolloutStrategy;
}
/** Shared by replica sets and add-ons; times are `None`, `0` or such as `90s`, `5m`, `2h`. */
export interface RolloutStrategy {
  readonly type?: 'All' | 'Progressive' | 'ProgressivePerGroup';
  readonly all?: RolloutConfig;
  readonly progressive?: RolloutConfig & {
    readonly mandatoryDecisionGroups?: readonly MandatoryDecisionGroup[];
    readonly maxConcurrency?: number | string;
  };
  readonly progressivePerGroup?: RolloutConfig & {
    readonly mandatoryDecisionGroups?: readonly MandatoryDecisionGroup[];
  };
}
export interface RolloutConfig {
  readonly minSuccessTime?: string;
  readonly progressDeadline?: string;
  readonly maxFailures?: number | string;
}
export interface MandatoryDecisionGroup {
  readonly groupName?: string;
  readonly groupIndex?: number;
}
export interface ManifestWorkReplicaSetStatus {
  readonly conditions?: readonly Condition[];
  readonly summary?: WorkSummary;
  readonly placementSummary?: readonly {
    readonly name?: string;
    readonly availableDecisionGroups?: string;
    readonly summary?: WorkSummary;
  }[];
}
export interface WorkSummary {
  readonly desiredTotal?: number;
  readonly total?: number;
  readonly available?: number;
  readonly progressing?: number;
  readonly degraded?: number;
  readonly applied?: number;
  readonly updated?: number;
}
export const manifestWorkReplicaSetKind: Kind<ManifestWorkReplicaSet> = {
  group: workGroup,
  version: 'v1alpha1',
  kind: 'ManifestWorkReplicaSet',
};
