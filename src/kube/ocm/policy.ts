import type { JsonObject } from '../../base/json.ts';
import type { Condition, Kind, KubeObject, LabelSelector } from '../object.ts';

/** API group of policies. */
export const policyGroup = 'policy.open-cluster-management.io';
/** Labels of a policy copied into the namespace of a cluster, and of what the agent makes of it. */
export const policyLabels = {
  rootPolicy: 'policy.open-cluster-management.io/root-policy',
  clusterName: 'policy.open-cluster-management.io/cluster-name',
  clusterNamespace: 'policy.open-cluster-management.io/cluster-namespace',
} as const;

export type Remediation = 'Inform' | 'inform' | 'Enforce' | 'enforce';
export type PolicyCompliance = 'Compliant' | 'Pending' | 'NonCompliant';

/** Wraps policies of an engine for delivery to clusters. On the hub a root, or a copy in a cluster's namespace. */
export type Policy = KubeObject<PolicySpec, PolicyStatus>;
export interface PolicySpec {
  readonly disabled: boolean;
  readonly remediationAction?: Remediation;
  readonly copyPolicyMetadata?: boolean;
  readonly dependencies?: readonly PolicyDependency[];
  readonly 'policy-templates': readonly PolicyTemplate[];
  readonly hubTemplateOptions?: { readonly serviceAccountName?: string };
}
export interface PolicyDependency {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly compliance: PolicyCompliance;
}
export interface PolicyTemplate {
  readonly objectDefinition: JsonObject;
  readonly extraDependencies?: readonly PolicyDependency[];
  readonly ignorePending?: boolean;
}
export interface PolicyStatus {
  readonly compliant?: PolicyCompliance;
  /** Copies only. */
  readonly details?: readonly PolicyDetail[];
  /** Roots only. */
  readonly placement?: readonly PolicyPlacementStatus[];
  /** Roots only. */
  readonly status?: readonly PolicyClusterStatus[];
}
export interface PolicyDetail {
  readonly compliant?: PolicyCompliance;
  readonly templateMeta?: JsonObject;
  readonly history?: readonly {
    readonly eventName?: string;
    readonly lastTimestamp?: string;
    readonly message?: string;
  }[];
}
export interface PolicyPlacementStatus {
  readonly placement?: string;
  readonly placementBinding?: string;
  readonly placementRule?: string;
  readonly policySet?: string;
  readonly decisions?: readonly {
    readonly clusterName?: string;
    readonly clusterNamespace?: string;
  }[];
  readonly exclusions?: readonly { readonly clusterName?: string }[];
}
export interface PolicyClusterStatus {
  readonly clustername?: string;
  readonly clusternamespace?: string;
  readonly compliant?: PolicyCompliance;
  readonly remainingBindings?: readonly { readonly placementBinding?: string }[];
}
export const policyKind: Kind<Policy> = { group: policyGroup, version: 'v1', kind: 'Policy' };

/** Binds policies and policy sets of its namespace to a placement. */
export interface PlacementBinding extends KubeObject<undefined, JsonObject> {
  readonly placementRef: {
    readonly apiGroup: string;
    readonly kind: string;
    readonly name: string;
  };
  readonly subjects: readonly {
    readonly apiGroup: string;
    readonly kind: 'Policy' | 'PolicySet';
    readonly name: string;
  }[];
  readonly bindingOverrides?: { readonly remediationAction?: 'Enforce' | 'enforce' };
  readonly subFilter?: 'restricted';
}
export const placementBindingKind: Kind<PlacementBinding> = {
  group: policyGroup,
  version: 'v1',
  kind: 'PlacementBinding',
};

/** Policies bound together. */
export type PolicySet = KubeObject<PolicySetSpec, PolicySetStatus>;
export interface PolicySetSpec {
  readonly description?: string;
  readonly policies: readonly string[];
  readonly exclusions?: readonly {
    readonly policyName: string;
    readonly clusterNames: readonly string[];
    readonly reason?: string;
  }[];
}
export interface PolicySetStatus {
  readonly compliant?: PolicyCompliance;
  readonly statusMessage?: string;
  readonly placement?: readonly {
    readonly placement?: string;
    readonly placementBinding?: string;
    readonly placementRule?: string;
  }[];
  readonly exclusions?: readonly {
    readonly policyName: string;
    readonly clusters: readonly string[];
  }[];
}
export const policySetKind: Kind<PolicySet> = {
  group: policyGroup,
  version: 'v1beta1',
  kind: 'PolicySet',
};

/** Objects that must, must only or must not exist on the cluster it lies on. */
export type ConfigurationPolicy = KubeObject<ConfigurationPolicySpec, ConfigurationPolicyStatus>;
export interface ConfigurationPolicySpec {
  readonly remediationAction: Remediation;
  readonly severity?: string;
  readonly namespaceSelector?: NamespaceSelector;
  /** Exactly one of the two forms of templates. */
  readonly 'object-templates'?: readonly ObjectTemplate[];
  readonly 'object-templates-raw'?: string;
  readonly pruneObjectBehavior?: 'DeleteAll' | 'DeleteIfCreated' | 'None';
  /** `never`, `watch` or a duration. */
  readonly evaluationInterval?: { readonly compliant?: string; readonly noncompliant?: string };
  readonly customMessage?: { readonly compliant?: string; readonly noncompliant?: string };
}
export interface NamespaceSelector extends LabelSelector {
  /** File path patterns (`*`, `?`, `[…]`). */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly terminatingInclusion?: 'IfMatch' | 'Never' | 'Default';
}
/** In three spellings upstream accepts, for example `MustHave`, `Musthave`, `musthave`. */
export type ComplianceType = string;
export interface ObjectTemplate {
  readonly complianceType: ComplianceType;
  readonly metadataComplianceType?: ComplianceType;
  readonly objectDefinition: JsonObject;
  readonly objectSelector?: LabelSelector;
  readonly recordDiff?: 'Log' | 'InStatus' | 'None';
  readonly recreateOption?: 'None' | 'IfRequired' | 'Always';
}
export type ConfigurationCompliance = PolicyCompliance | 'Terminating';
export interface ConfigurationPolicyStatus {
  readonly compliant?: ConfigurationCompliance;
  readonly compliancyDetails?: readonly CompliancyDetail[];
  readonly relatedObjects?: readonly RelatedObject[];
  readonly history?: readonly { readonly lastTimestamp?: string; readonly message?: string }[];
  readonly lastEvaluated?: string;
  readonly lastEvaluatedGeneration?: number;
}
/** One per object template; the capital letters are upstream's. */
export interface CompliancyDetail {
  readonly Compliant?: ConfigurationCompliance;
  readonly Validity?: { readonly valid?: boolean; readonly reason?: string };
  readonly conditions?: readonly (Pick<Condition, 'type'> & Partial<Condition>)[];
}
export interface RelatedObject {
  readonly compliant?: string;
  readonly reason?: string;
  readonly object?: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
  };
  readonly properties?: {
    readonly createdByPolicy?: boolean;
    readonly diff?: string;
    readonly matchesAfterDryRun?: boolean;
    readonly uid?: string;
  };
}
export const configurationPolicyKind: Kind<ConfigurationPolicy> = {
  group: policyGroup,
  version: 'v1',
  kind: 'ConfigurationPolicy',
};

/** An operator that OLM has to run; evaluated by upstream's config-policy-controller. */
export const operatorPolicyKind: Kind = {
  group: policyGroup,
  version: 'v1beta1',
  kind: 'OperatorPolicy',
};
/** Certificates that must not end soon; evaluated by upstream's cert-policy-controller. */
export const certificatePolicyKind: Kind = {
  group: policyGroup,
  version: 'v1',
  kind: 'CertificatePolicy',
};
