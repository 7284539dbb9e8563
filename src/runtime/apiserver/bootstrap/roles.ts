import {
  type ClusterRole,
  type ClusterRoleBinding,
  type PolicyRule,
  type Role,
  rbacGroup,
} from '../../../kube/core.ts';
import { authenticatedGroup, mastersGroup } from '../request/requester.ts';
import { authenticationInfoName, authenticationInfoNamespace } from './authentication-info.ts';

const apiVersion = `${rbacGroup}/v1`;
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
/** Missing rules come back at each start, unless somebody sets this to false. */
const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };

const reads = ['get', 'list', 'watch'];
const writes = ['create', 'delete', 'deletecollection', 'patch', 'update'];

function on(group: string, resources: readonly string[], verbs: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs };
}

function role(name: string, rules: readonly PolicyRule[], more: object = {}): ClusterRole {
  return {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name, labels, annotations },
    rules,
    ...more,
  };
}

/** A role whose rules are those of the roles with a label. */
function gathered(name: string, also: Readonly<Record<string, string>> = {}): ClusterRole {
  const matchLabels = { [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true' };
  return {
    ...role(name, []),
    metadata: { name, labels: { ...labels, ...also }, annotations },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels }] },
  };
}

function part(of: string, rules: readonly PolicyRule[]): ClusterRole {
  const name = `system:aggregate-to-${of}`;
  const to = { ...labels, [`rbac.authorization.k8s.io/aggregate-to-${of}`]: 'true' };
  return { ...role(name, rules), metadata: { name, labels: to, annotations } };
}

const aggregateTo = (of: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${of}`]: 'true' });

const discoveryPaths = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];
const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

const plainData = ['configmaps', 'endpoints', 'persistentvolumeclaims', 'pods', 'services'];
const appKinds = ['daemonsets', 'deployments', 'replicasets', 'statefulsets'];
const quietCore = ['events', 'limitranges', 'namespaces', 'resourcequotas', 'serviceaccounts'];

/** The roles of a cluster that people and tools count on (plugin/pkg/auth/authorizer/rbac/bootstrappolicy). */
export const bootstrapRoles: readonly ClusterRole[] = [
  role('cluster-admin', [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ]),
  role('system:discovery', [{ nonResourceURLs: discoveryPaths, verbs: ['get'] }]),
  role('system:public-info-viewer', [{ nonResourceURLs: publicPaths, verbs: ['get'] }]),
  role('system:basic-user', [
    on('authorization.k8s.io', ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
    on('authentication.k8s.io', ['selfsubjectreviews'], ['create']),
  ]),
  role('system:auth-delegator', [
    on('authentication.k8s.io', ['tokenreviews'], ['create']),
    on('authorization.k8s.io', ['subjectaccessreviews'], ['create']),
  ]),
  gathered('admin'),
  gathered('edit', aggregateTo('admin')),
  gathered('view', aggregateTo('edit')),
  part('admin', [
    on('authorization.k8s.io', ['localsubjectaccessreviews'], ['create']),
    on(rbacGroup, ['roles', 'rolebindings'], [...reads, ...writes].sort()),
  ]),
  part('edit', [
    on('', ['secrets'], reads),
    on('', ['serviceaccounts'], ['impersonate']),
    on('', [...plainData, 'secrets', 'serviceaccounts', 'events'].sort(), writes),
    on('', ['serviceaccounts/token'], ['create']),
    on('apps', appKinds, writes),
    on('batch', ['cronjobs', 'jobs'], writes),
    on('coordination.k8s.io', ['leases'], [...reads, ...writes].sort()),
    on('networking.k8s.io', ['ingresses', 'networkpolicies'], writes),
    on('policy', ['poddisruptionbudgets'], writes),
  ]),
  part('view', [
    on('', [...plainData, ...quietCore].sort(), reads),
    on('apps', [...appKinds, 'controllerrevisions'].sort(), reads),
    on('batch', ['cronjobs', 'jobs'], reads),
    on('discovery.k8s.io', ['endpointslices'], reads),
    on('networking.k8s.io', ['ingresses', 'networkpolicies'], reads),
    on('policy', ['poddisruptionbudgets'], reads),
  ]),
];

/** Roles in one namespace: whoever serves beside the server learns there whom to believe. */
export const bootstrapNamespaceRoles: readonly Role[] = [
  {
    apiVersion,
    kind: 'Role',
    metadata: {
      name: `${authenticationInfoName}-reader`,
      namespace: authenticationInfoNamespace,
      labels,
      annotations,
    },
    rules: [{ ...on('', ['configmaps'], reads), resourceNames: [authenticationInfoName] }],
  },
];

function binding(name: string, to: string, groups: readonly string[]): ClusterRoleBinding {
  return {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name, labels, annotations },
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: to },
    subjects: groups.map((group) => ({ kind: 'Group' as const, apiGroup: rbacGroup, name: group })),
  };
}

/** Who has them from the start. */
export const bootstrapBindings: readonly ClusterRoleBinding[] = [
  binding('cluster-admin', 'cluster-admin', [mastersGroup]),
  binding('system:discovery', 'system:discovery', [authenticatedGroup]),
  binding('system:basic-user', 'system:basic-user', [authenticatedGroup]),
  binding('system:public-info-viewer', 'system:public-info-viewer', [
    authenticatedGroup,
    'system:unauthenticated',
  ]),
];
