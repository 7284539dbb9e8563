import {
  type ClusterRole,
  type ClusterRoleBinding,
  type PolicyRule,
  type RoleBinding,
  rbacGroup,
  type Subject,
} from '../../../kube/core.ts';
import { addonGroup } from '../../../kube/ocm/addon.ts';
import { clusterGroup, clusterNameLabel } from '../../../kube/ocm/cluster.ts';
import { policyGroup } from '../../../kube/ocm/policy.ts';
import { boundGroups } from '../../../kube/ocm/registration.ts';
import { workFinalizers, workGroup } from '../../../kube/ocm/work.ts';

type Labels = Readonly<Record<string, string>>;

const apiVersion = `${rbacGroup}/v1`;
const prefix = 'open-cluster-management:managedcluster';

/** Names of what gives agents their rights (ocm pkg/registration/hub/manifests/rbac). */
export const roleNames = {
  registration: `${prefix}:registration`,
  work: `${prefix}:work`,
  /** Ours: upstream's agents come by it through the policy add-on. */
  policy: `${prefix}:policy`,
  ofCluster: (cluster: string) => `${prefix}:${cluster}`,
  registrationBinding: (cluster: string) => `${prefix}:${cluster}:registration`,
  workBinding: (cluster: string) => `${prefix}:${cluster}:work`,
  policyBinding: (cluster: string) => `${prefix}:${cluster}:policy`,
} as const;

/** What an agent may do outside its namespace: more once its cluster is accepted. */
export function clusterRoleOf(cluster: string, accepted: boolean, labels: Labels): ClusterRole {
  const own = { resourceNames: [cluster] };
  const rules: readonly PolicyRule[] = accepted
    ? [
        rule(
          'certificates.k8s.io',
          ['certificatesigningrequests'],
          ['create', 'get', 'list', 'watch'],
        ),
        rule(
          'register.open-cluster-management.io',
          ['managedclusters/clientcertificates'],
          ['renew'],
        ),
        { ...rule(clusterGroup, ['managedclusters'], ['get', 'list', 'update', 'watch']), ...own },
        { ...rule(clusterGroup, ['managedclusters/status'], ['patch', 'update']), ...own },
      ]
    : [{ ...rule(clusterGroup, ['managedclusters'], ['get', 'list', 'watch']), ...own }];
  return {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: roleNames.ofCluster(cluster), labels: labelled(labels, cluster) },
    rules,
  };
}

export function clusterRoleBindingOf(cluster: string, labels: Labels): ClusterRoleBinding {
  const name = roleNames.ofCluster(cluster);
  return {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name, labels: labelled(labels, cluster) },
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name },
    subjects: subjectsOf(cluster),
  };
}

export function registrationBindingOf(cluster: string, labels: Labels): RoleBinding {
  return bindingOf(cluster, {
    name: roleNames.registrationBinding(cluster),
    role: roleNames.registration,
    labels,
  });
}

export function policyBindingOf(cluster: string, labels: Labels): RoleBinding {
  const name = roleNames.policyBinding(cluster);
  return bindingOf(cluster, { name, role: roleNames.policy, labels });
}

/** The finalizer lets the agent clean up its works after the cluster was denied or deleted. */
export function workBindingOf(cluster: string, labels: Labels): RoleBinding {
  const binding = bindingOf(cluster, {
    name: roleNames.workBinding(cluster),
    role: roleNames.work,
    labels,
  });
  const finalizers = [workFinalizers.manifestWork];
  return { ...binding, metadata: { ...binding.metadata, finalizers } };
}

/** The roles all agents share. */
export function sharedRoles(labels: Labels): readonly ClusterRole[] {
  const role = (name: string, rules: readonly PolicyRule[]): ClusterRole => ({
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name, labels: labelled(labels, '') },
    rules,
  });
  const addon = (resource: string, verbs: readonly string[]): PolicyRule =>
    rule(addonGroup, [resource], verbs);
  return [
    role(roleNames.registration, [
      rule('coordination.k8s.io', ['leases'], ['get', 'list', 'watch', 'update']),
      addon('managedclusteraddons', ['get', 'list', 'watch']),
      addon('managedclusteraddons/status', ['patch', 'update']),
      rule('events.k8s.io', ['events'], ['create']),
    ]),
    role(roleNames.work, [
      {
        apiGroups: ['', 'events.k8s.io'],
        resources: ['events'],
        verbs: ['create', 'patch', 'update'],
      },
      rule(workGroup, ['manifestworks'], ['get', 'list', 'watch', 'update', 'patch']),
      rule(workGroup, ['manifestworks/status'], ['patch', 'update']),
    ]),
    role(roleNames.policy, [
      rule(policyGroup, ['policies'], ['get', 'list', 'watch']),
      rule(policyGroup, ['policies/status'], ['patch', 'update']),
    ]),
  ];
}

function bindingOf(
  cluster: string,
  { name, role, labels }: { readonly name: string; readonly role: string; readonly labels: Labels },
): RoleBinding {
  return {
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name, namespace: cluster, labels: labelled(labels, cluster) },
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: role },
    subjects: subjectsOf(cluster),
  };
}

function subjectsOf(cluster: string): readonly Subject[] {
  return boundGroups(cluster).map((name) => ({ kind: 'Group', apiGroup: rbacGroup, name }));
}

function rule(group: string, resources: readonly string[], verbs: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs };
}

function labelled(labels: Labels, cluster: string): Labels {
  return { ...labels, [clusterNameLabel]: cluster };
}
