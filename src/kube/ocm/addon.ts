import type { Condition, Kind, KubeObject } from '../object.ts';
import type { RolloutStrategy } from './work.ts';

/** API group of add-ons. */
export const addonGroup = 'addon.open-cluster-management.io';
/** Label of objects of an add-on: its name. */
export const addonNameLabel = 'addon.open-cluster-management.io/addon-name';

export interface ConfigGroupResource {
  readonly group?: string;
  readonly resource: string;
}
export interface ConfigReferent {
  readonly namespace?: string;
  readonly name: string;
}
export interface AddOnConfig extends ConfigGroupResource, ConfigReferent {}
export interface ConfigSpecHash extends ConfigReferent {
  readonly specHash?: string;
}
export interface AddOnMeta {
  readonly displayName?: string;
  readonly description?: string;
}
/** Older form of configuration, before `configs`. */
export interface ConfigCoordinates {
  readonly crdName?: string;
  readonly crName?: string;
  readonly lastObservedGeneration?: number;
}

/** An add-on installed on one cluster, in the cluster's namespace on the hub. */
export type ManagedClusterAddOn = KubeObject<ManagedClusterAddOnSpec, ManagedClusterAddOnStatus>;
export interface ManagedClusterAddOnSpec {
  /** Namespace on the cluster. */
  readonly installNamespace?: string;
  readonly configs?: readonly AddOnConfig[];
}
export interface ManagedClusterAddOnStatus {
  readonly conditions?: readonly Condition[];
  readonly relatedObjects?: readonly {
    readonly group: string;
    readonly resource: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
  readonly addOnMeta?: AddOnMeta;
  readonly addOnConfiguration?: ConfigCoordinates;
  readonly supportedConfigs?: readonly ConfigGroupResource[];
  readonly configReferences?: readonly ConfigReference[];
  readonly namespace?: string;
  readonly registrations?: readonly RegistrationConfig[];
  readonly healthCheck?: { readonly mode?: 'Lease' | 'Customized' };
  readonly kubeClientDriver?: 'csr' | 'token';
}
export interface ConfigReference extends AddOnConfig {
  readonly desiredConfig?: ConfigSpecHash;
  readonly lastAppliedConfig?: ConfigSpecHash;
  readonly lastObservedGeneration?: number;
}
export interface RegistrationConfig {
  readonly signerName: string;
  readonly subject?: {
    readonly user?: string;
    readonly groups?: readonly string[];
    readonly organizationUnit?: readonly string[];
  };
}
export const managedClusterAddOnKind: Kind<ManagedClusterAddOn> = {
  group: addonGroup,
  version: 'v1alpha1',
  kind: 'ManagedClusterAddOn',
};

/** An add-on the hub offers, and where it is installed. Cluster-scoped. */
export type ClusterManagementAddOn = KubeObject<
  ClusterManagementAddOnSpec,
  ClusterManagementAddOnStatus
>;
export interface ClusterManagementAddOnSpec {
  readonly addOnMeta?: AddOnMeta;
  readonly addOnConfiguration?: ConfigCoordinates;
  readonly supportedConfigs?: readonly (ConfigGroupResource & {
    readonly defaultConfig?: ConfigReferent;
  })[];
  readonly installStrategy?: {
    readonly type?: 'Manual' | 'Placements';
    readonly placements?: readonly PlacementStrategy[];
  };
}
export interface PlacementStrategy {
  readonly name: string;
  readonly namespace: string;
  readonly configs?: readonly AddOnConfig[];
  readonly rolloutStrategy?: RolloutStrategy;
}
export interface ClusterManagementAddOnStatus {
  readonly defaultconfigReferences?: readonly (ConfigGroupResource & {
    readonly desiredConfig?: ConfigSpecHash;
  })[];
  readonly installProgressions?: readonly InstallProgression[];
}
export interface InstallProgression {
  readonly name: string;
  readonly namespace: string;
  readonly conditions?: readonly Condition[];
  readonly configReferences?: readonly (ConfigGroupResource & {
    readonly desiredConfig?: ConfigSpecHash;
    readonly lastAppliedConfig?: ConfigSpecHash;
    readonly lastKnownGoodConfig?: ConfigSpecHash;
  })[];
}
export const clusterManagementAddOnKind: Kind<ClusterManagementAddOn> = {
  group: addonGroup,
  version: 'v1alpha1',
  kind: 'ClusterManagementAddOn',
};

/** Settings of an add-on's deployments. */
export type AddOnDeploymentConfig = KubeObject<AddOnDeploymentConfigSpec>;
export interface AddOnDeploymentConfigSpec {
  readonly customizedVariables?: readonly { readonly name: string; readonly value?: string }[];
  readonly nodePlacement?: {
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly PodToleration[];
  };
  readonly registries?: readonly { readonly source?: string; readonly mirror: string }[];
  readonly proxyConfig?: {
    readonly httpProxy?: string;
    readonly httpsProxy?: string;
    readonly noProxy?: string;
    /** PEM, base64. */
    readonly caBundle?: string;
  };
  readonly agentInstallNamespace?: string;
  readonly resourceRequirements?: readonly {
    /** `<resource>:<name>:<container>`, each may be `*`. */
    readonly containerID: string;
    readonly resources: {
      readonly limits?: Readonly<Record<string, string | number>>;
      readonly requests?: Readonly<Record<string, string | number>>;
      readonly claims?: readonly { readonly name: string; readonly request?: string }[];
    };
  }[];
}
export interface PodToleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}
export const addOnDeploymentConfigKind: Kind<AddOnDeploymentConfig> = {
  group: addonGroup,
  version: 'v1alpha1',
  kind: 'AddOnDeploymentConfig',
};
