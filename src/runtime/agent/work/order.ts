/**
 * In which order the kinds of one work are applied (work.md §2), by group and kind; upstream looks at the kind only.
 * Kinds that are not listed come last: their definitions may be among the listed ones.
 */
const ranks: readonly (readonly string[])[] = [
  [
    'scheduling.k8s.io/PriorityClass',
    '/Namespace',
    'apiextensions.k8s.io/CustomResourceDefinition',
    'storage.k8s.io/StorageClass',
    '/PersistentVolume',
    'policy/PodSecurityPolicy',
  ],
  [
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    'rbac.authorization.k8s.io/Role',
    'rbac.authorization.k8s.io/RoleBinding',
  ],
  [
    'networking.k8s.io/NetworkPolicy',
    '/ResourceQuota',
    '/LimitRange',
    'policy/PodDisruptionBudget',
    '/ServiceAccount',
  ],
  ['/Secret', '/ConfigMap', '/PersistentVolumeClaim'],
  ['/Service'],
  [
    'apps/DaemonSet',
    '/Pod',
    '/ReplicationController',
    'apps/ReplicaSet',
    'apps/Deployment',
    'autoscaling/HorizontalPodAutoscaler',
    'apps/StatefulSet',
    'batch/Job',
    'batch/CronJob',
  ],
  [
    'apiregistration.k8s.io/APIService',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  ],
];

const rankOf = new Map(ranks.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));

/** The rank of a kind: lower ones are applied first. */
export function applyRank(of: { readonly group?: string; readonly kind?: string }): number {
  return rankOf.get(`${of.group ?? ''}/${of.kind ?? ''}`) ?? ranks.length;
}
