import type { Rules } from '../rules.ts';
import { certificateRequestRules } from './certificates.ts';
import { configMapRules, secretRules } from './data.ts';
import { definitionRules, type OtherDefinitions } from './definition.ts';
import { coreEventRules, eventRules } from './events.ts';
import { leaseRules } from './lease.ts';
import { namespaceRules } from './namespace.ts';
import { clusterRoleBindingRules, clusterRoleRules, roleBindingRules, roleRules } from './rbac.ts';

const usual: Rules = {
  generation: 'none',
  createsOnUpdate: false,
  updatesUnconditionally: true,
  returnsDeleted: false,
};

const spec: Partial<Rules> = { generation: 'spec' };
const returned: Partial<Rules> = { returnsDeleted: true };
const created: Partial<Rules> = { createsOnUpdate: true };
const checked: Partial<Rules> = { updatesUnconditionally: false };

/** By `Kind.group` (the core group has none); read from the strategies in Kubernetes' pkg/registry. */
const table = (others: OtherDefinitions): Readonly<Record<string, Partial<Rules>>> => ({
  ConfigMap: configMapRules,
  Endpoints: created,
  Event: coreEventRules,
  LimitRange: created,
  Namespace: namespaceRules,
  PersistentVolume: returned,
  PersistentVolumeClaim: returned,
  Pod: { ...returned, ...spec },
  PodTemplate: { ...returned, ...spec },
  ReplicationController: spec,
  ResourceQuota: returned,
  Secret: secretRules,
  Service: { ...returned, ...created },
  ServiceAccount: returned,
  'DaemonSet.apps': spec,
  'Deployment.apps': spec,
  'ReplicaSet.apps': spec,
  'StatefulSet.apps': spec,
  'CronJob.batch': spec,
  'Job.batch': spec,
  'ClusterRole.rbac.authorization.k8s.io': clusterRoleRules,
  'ClusterRoleBinding.rbac.authorization.k8s.io': clusterRoleBindingRules,
  'Role.rbac.authorization.k8s.io': roleRules,
  'RoleBinding.rbac.authorization.k8s.io': roleBindingRules,
  'CertificateSigningRequest.certificates.k8s.io': certificateRequestRules,
  'Lease.coordination.k8s.io': leaseRules,
  'EndpointSlice.discovery.k8s.io': { generation: 'content' },
  'Event.events.k8s.io': eventRules,
  'Ingress.networking.k8s.io': spec,
  'IngressClass.networking.k8s.io': spec,
  'NetworkPolicy.networking.k8s.io': spec,
  'PodDisruptionBudget.policy': { ...spec, ...checked },
  'CSIDriver.storage.k8s.io': { ...returned, ...checked },
  'CSINode.storage.k8s.io': { ...returned, ...checked },
  'CSIStorageCapacity.storage.k8s.io': checked,
  'StorageClass.storage.k8s.io': returned,
  'VolumeAttachment.storage.k8s.io': { ...returned, ...checked },
  'VolumeAttributesClass.storage.k8s.io': returned,
  'RuntimeClass.node.k8s.io': { ...created, ...checked },
  'FlowSchema.flowcontrol.apiserver.k8s.io': spec,
  'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io': spec,
  'DeviceClass.resource.k8s.io': returned,
  'ResourceClaim.resource.k8s.io': returned,
  'ResourceClaimTemplate.resource.k8s.io': returned,
  'ResourceSlice.resource.k8s.io': returned,
  'MutatingWebhookConfiguration.admissionregistration.k8s.io': {
    generation: 'content',
    ...checked,
  },
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io': { ...spec, ...checked },
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io': { ...spec, ...checked },
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io': {
    generation: 'content',
    ...checked,
  },
  'CustomResourceDefinition.apiextensions.k8s.io': definitionRules(others),
  'APIService.apiregistration.k8s.io': checked,
});

/** Rules of the built-in kinds. */
export function builtinRules(
  others: OtherDefinitions,
): (of: { readonly group: string; readonly kind: string }) => Rules {
  const rows = new Map(Object.entries(table(others)));
  return ({ group, kind }) => ({
    ...usual,
    ...rows.get(group === '' ? kind : `${kind}.${group}`),
  });
}

/** Fields that selectors may name, by `Kind.group` (`AddFieldLabelConversionFunc` in Kubernetes' pkg/apis). */
const selectable: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'Event',
    [
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'involvedObject.apiVersion',
      'involvedObject.resourceVersion',
      'involvedObject.fieldPath',
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
  ],
  [
    'Event.events.k8s.io',
    [
      'regarding.kind',
      'regarding.namespace',
      'regarding.name',
      'regarding.uid',
      'regarding.apiVersion',
      'regarding.resourceVersion',
      'regarding.fieldPath',
      'reason',
      'reportingController',
      'type',
    ],
  ],
  ['Namespace', ['status.phase', 'name']],
  ['Node', ['spec.unschedulable']],
  [
    'Pod',
    [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
  ],
  ['ReplicationController', ['status.replicas']],
  ['Secret', ['type']],
  ['Service', ['spec.clusterIP', 'spec.type']],
  ['ReplicaSet.apps', ['status.replicas']],
  ['Job.batch', ['status.successful']],
  ['CertificateSigningRequest.certificates.k8s.io', ['spec.signerName']],
]);

/** The selectable fields of a built-in kind. */
export function selectableFields(of: {
  readonly group: string;
  readonly kind: string;
}): readonly string[] {
  return selectable.get(of.group === '' ? of.kind : `${of.kind}.${of.group}`) ?? [];
}
