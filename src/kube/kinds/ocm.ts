import { addonGroup } from '../ocm/addon.ts';
import { clusterGroup } from '../ocm/cluster.ts';
import { policyGroup } from '../ocm/policy.ts';
import { workGroup } from '../ocm/work.ts';
import { type KindInfo, kindsOf } from './kind-info.ts';

/** Clusters, sets, placements. */
export const clusterKinds: readonly KindInfo[] = [
  ...kindsOf(clusterGroup, 'v1', [
    { kind: 'ManagedCluster', cluster: true, short: ['mcl', 'mcls'], status: true },
  ]),
  ...kindsOf(clusterGroup, 'v1beta2', [
    { kind: 'ManagedClusterSet', cluster: true, short: ['mclset', 'mclsets'], status: true },
    {
      kind: 'ManagedClusterSetBinding',
      short: ['mclsetbinding', 'mclsetbindings'],
      status: true,
    },
  ]),
  ...kindsOf(clusterGroup, 'v1beta1', [
    { kind: 'Placement', status: true },
    { kind: 'PlacementDecision', status: true },
  ]),
  ...kindsOf(clusterGroup, 'v1alpha1', [
    { kind: 'AddOnPlacementScore', status: true },
    { kind: 'ClusterClaim', cluster: true },
  ]),
];

/** Works. */
export const workKinds: readonly KindInfo[] = [
  ...kindsOf(workGroup, 'v1', [
    { kind: 'ManifestWork', status: true },
    { kind: 'AppliedManifestWork', cluster: true, status: true },
  ]),
  ...kindsOf(workGroup, 'v1alpha1', [
    { kind: 'ManifestWorkReplicaSet', short: ['mwrs'], status: true },
  ]),
];

/** Policies of OCM (not `policy/v1`). */
export const governanceKinds: readonly KindInfo[] = [
  ...kindsOf(policyGroup, 'v1', [
    { kind: 'ConfigurationPolicy', status: true },
    { kind: 'PlacementBinding', short: ['pb'], status: true },
    { kind: 'Policy', short: ['plc'], status: true },
  ]),
  ...kindsOf(policyGroup, 'v1beta1', [{ kind: 'PolicySet', short: ['plcset'], status: true }]),
];

/** Add-ons. */
export const addonKinds = kindsOf(addonGroup, 'v1alpha1', [
  { kind: 'AddOnDeploymentConfig' },
  { kind: 'ClusterManagementAddOn', cluster: true, short: ['cma', 'cmas'], status: true },
  { kind: 'ManagedClusterAddOn', short: ['mca', 'mcas'], status: true },
]);

/** The two kinds of our own (src/ir/program-object.ts). */
export const programKinds = kindsOf('ocmlang.dev', 'v1alpha1', [
  { kind: 'Program', short: ['prog'], status: true },
  { kind: 'ProgramPart' },
]);

/** The kinds for which `crdOf` has a definition: those that a bare Kubernetes does not have. */
export const customKinds: readonly KindInfo[] = [
  ...clusterKinds,
  ...workKinds,
  ...governanceKinds,
  ...addonKinds,
  ...programKinds,
];
