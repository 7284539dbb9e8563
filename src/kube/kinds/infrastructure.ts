import { kindsOf } from './kind-info.ts';

/** Leases. */
export const coordinationKinds = kindsOf('coordination.k8s.io', 'v1', [{ kind: 'Lease' }]);

/** Endpoint slices. */
export const discoveryKinds = kindsOf('discovery.k8s.io', 'v1', [{ kind: 'EndpointSlice' }]);

/** Ingresses and network policies. */
export const networkingKinds = kindsOf('networking.k8s.io', 'v1', [
  { kind: 'Ingress', short: ['ing'], status: true },
  { kind: 'IngressClass', cluster: true },
  { kind: 'IPAddress', plural: 'ipaddresses', cluster: true, short: ['ip'] },
  { kind: 'NetworkPolicy', short: ['netpol'] },
  { kind: 'ServiceCIDR', cluster: true, status: true },
]);

/** Disruption budgets. */
export const policyKinds = kindsOf('policy', 'v1', [
  { kind: 'PodDisruptionBudget', short: ['pdb'], status: true },
]);

/** Storage. */
export const storageKinds = kindsOf('storage.k8s.io', 'v1', [
  { kind: 'CSIDriver', cluster: true },
  { kind: 'CSINode', cluster: true },
  { kind: 'CSIStorageCapacity' },
  { kind: 'StorageClass', cluster: true, short: ['sc'] },
  { kind: 'VolumeAttachment', cluster: true, status: true },
  { kind: 'VolumeAttributesClass', cluster: true, short: ['vac'] },
]);

/** Priorities of pods. */
export const schedulingKinds = kindsOf('scheduling.k8s.io', 'v1', [
  { kind: 'PriorityClass', cluster: true, short: ['pc'] },
]);

/** Container runtimes. */
export const nodeKinds = kindsOf('node.k8s.io', 'v1', [{ kind: 'RuntimeClass', cluster: true }]);

/** Fairness of the API server. */
export const flowcontrolKinds = kindsOf('flowcontrol.apiserver.k8s.io', 'v1', [
  { kind: 'FlowSchema', cluster: true, status: true },
  { kind: 'PriorityLevelConfiguration', cluster: true, status: true },
]);

/** Devices. */
export const resourceKinds = kindsOf('resource.k8s.io', 'v1', [
  { kind: 'DeviceClass', cluster: true },
  { kind: 'ResourceClaim', status: true },
  { kind: 'ResourceClaimTemplate' },
  { kind: 'ResourceSlice', cluster: true },
]);
