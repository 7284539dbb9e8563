import type { Json, JsonObject } from '../base/json.ts';
import type { Condition, Kind, KubeObject, LabelSelector } from './object.ts';

type Data = Readonly<Record<string, string>>;

export type Namespace = KubeObject<
  { readonly finalizers?: readonly string[] },
  { readonly phase?: 'Active' | 'Terminating'; readonly conditions?: readonly Condition[] }
>;
export const namespaceKind: Kind<Namespace> = { group: '', version: 'v1', kind: 'Namespace' };

/** `data` is base64; `stringData` is write-only. */
export interface Secret extends KubeObject<undefined, undefined> {
  readonly type?: string;
  readonly data?: Data;
  readonly stringData?: Data;
  readonly immutable?: boolean;
}
export const secretKind: Kind<Secret> = { group: '', version: 'v1', kind: 'Secret' };
/** Type of a Secret that holds the token of a ServiceAccount, and its annotations. */
export const serviceAccountTokenType = 'kubernetes.io/service-account-token';
export const serviceAccountAnnotations = {
  name: 'kubernetes.io/service-account.name',
  uid: 'kubernetes.io/service-account.uid',
} as const;

export interface ConfigMap extends KubeObject<undefined, undefined> {
  readonly data?: Data;
  /** base64. */
  readonly binaryData?: Data;
  readonly immutable?: boolean;
}
export const configMapKind: Kind<ConfigMap> = { group: '', version: 'v1', kind: 'ConfigMap' };

export interface ServiceAccount extends KubeObject<undefined, undefined> {
  readonly secrets?: readonly { readonly name?: string; readonly namespace?: string }[];
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly automountServiceAccountToken?: boolean;
}
export const serviceAccountKind: Kind<ServiceAccount> = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
};

export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

/** What happened to an object, for people (core/v1; events.k8s.io shows the same objects). */
export interface Event extends KubeObject<undefined, undefined> {
  readonly involvedObject: ObjectReference;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly related?: ObjectReference;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
}
export const eventKind: Kind<Event> = { group: '', version: 'v1', kind: 'Event' };

/** Who is alive: a heartbeat. Times are MicroTime. */
export type Lease = KubeObject<LeaseSpec>;
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}
export const leaseKind: Kind<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
};

/** A request for a certificate; approved by the hub, signed by the cluster. */
export type CertificateSigningRequest = KubeObject<
  CertificateSigningRequestSpec,
  CertificateSigningRequestStatus
>;
export interface CertificateSigningRequestSpec {
  /** PEM, base64. */
  readonly request: string;
  readonly signerName: string;
  readonly usages?: readonly string[];
  readonly expirationSeconds?: number;
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}
export interface CertificateSigningRequestStatus {
  readonly conditions?: readonly CertificateSigningRequestCondition[];
  /** PEM, base64. */
  readonly certificate?: string;
}
export interface CertificateSigningRequestCondition {
  readonly type: 'Approved' | 'Denied' | 'Failed';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string | null;
  readonly lastTransitionTime?: string | null;
}
export const certificateSigningRequestKind: Kind<CertificateSigningRequest> = {
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
};

/** API group of roles and their bindings. */
export const rbacGroup = 'rbac.authorization.k8s.io';
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}
export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}
export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: 'Role' | 'ClusterRole';
  readonly name: string;
}
export interface Role extends KubeObject<undefined, undefined> {
  readonly rules?: readonly PolicyRule[] | null;
}
export interface ClusterRole extends Role {
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}
export interface RoleBinding extends KubeObject<undefined, undefined> {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}
export type ClusterRoleBinding = RoleBinding;
export const roleKind: Kind<Role> = { group: rbacGroup, version: 'v1', kind: 'Role' };
export const roleBindingKind: Kind<RoleBinding> = {
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
};
export const clusterRoleKind: Kind<ClusterRole> = {
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
};
export const clusterRoleBindingKind: Kind<ClusterRoleBinding> = {
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
};

/** As far as the product looks into it. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly serviceAccountName?: string;
  readonly nodeName?: string;
  readonly [field: string]: unknown;
}
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly [field: string]: unknown;
}
export interface PodTemplate {
  readonly metadata?: { readonly labels?: Data; readonly annotations?: Data };
  readonly spec?: PodSpec;
}
export type Pod = KubeObject<PodSpec, JsonObject>;
export const podKind: Kind<Pod> = { group: '', version: 'v1', kind: 'Pod' };
export type Node = KubeObject<JsonObject, JsonObject>;
export const nodeKind: Kind<Node> = { group: '', version: 'v1', kind: 'Node' };
export type Service = KubeObject<JsonObject, JsonObject>;
export const serviceKind: Kind<Service> = { group: '', version: 'v1', kind: 'Service' };

export type Deployment = KubeObject<DeploymentSpec, DeploymentStatus>;
export interface DeploymentSpec {
  /** 1 where absent. */
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplate;
  /** 600 where absent. */
  readonly progressDeadlineSeconds?: number;
  readonly paused?: boolean;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly strategy?: JsonObject;
}
export interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly conditions?: readonly DeploymentCondition[];
}
export interface DeploymentCondition extends Condition {
  readonly lastUpdateTime?: string;
}
export const deploymentKind: Kind<Deployment> = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
};

export interface CustomResourceDefinition
  extends KubeObject<CustomResourceDefinitionSpec, JsonObject> {
  readonly spec: CustomResourceDefinitionSpec;
}
export interface CustomResourceDefinitionSpec {
  readonly group: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly names: {
    readonly plural: string;
    readonly singular?: string;
    readonly kind: string;
    readonly listKind?: string;
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  };
  readonly versions: readonly CustomResourceVersion[];
  readonly conversion?: JsonObject;
  readonly preserveUnknownFields?: boolean;
}
export interface CustomResourceVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Json };
  readonly subresources?: { readonly status?: JsonObject; readonly scale?: JsonObject };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}
/** A column of `kubectl get`; `priority` above 0 shows with `-o wide` only. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}
export const customResourceDefinitionKind: Kind<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
};
