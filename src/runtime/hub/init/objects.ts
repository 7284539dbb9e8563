import type { Json } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';

/** Where hub components live; upstream's name. */
export const hubNamespace = 'open-cluster-management';
/** The account agents join with; upstream's name. */
export const bootstrapAccount = 'agent-registration-bootstrap';
/** The account that programs of a namespace are written with, where `ocm up` and `ocm hub init` made it. */
export const programAccount = 'ocm-programs';

/** Any object with fields beside spec and status. */
type Plain = KubeObject & Readonly<Record<string, Json | unknown>>;

/**
 * What a hub needs before agents can join: a namespace, the bootstrap account and its rights
 * (ocm deploy/cluster-manager: ClusterRole `open-cluster-management:bootstrap`).
 */
export function bootstrapObjects(): readonly KubeObject[] {
  const role = 'open-cluster-management:bootstrap';
  return [
    namespace(hubNamespace),
    account(hubNamespace, bootstrapAccount),
    clusterRole(role, [
      rule('', ['configmaps'], ['get']),
      rule('certificates.k8s.io', ['certificatesigningrequests'], verbs.join),
      rule('cluster.open-cluster-management.io', ['managedclusters'], verbs.join),
      rule('cluster.open-cluster-management.io', ['managedclustersets/join'], ['create']),
    ]),
    clusterRoleBinding(role, role, hubNamespace, bootstrapAccount),
  ];
}

/**
 * What programs of one namespace need: the namespace, an account, and the rights to write what a program
 * emits. Cluster-scoped kinds are included, so this is for the platform team's own namespace; tenants get less.
 */
export function programObjects(inNamespace: string): readonly KubeObject[] {
  const role = 'ocmlang.dev:programs';
  return [
    ...(inNamespace === 'default' ? [] : [namespace(inNamespace)]),
    account(inNamespace, programAccount),
    clusterRole(role, programRules),
    clusterRoleBinding(`${role}:${inNamespace}`, role, inNamespace, programAccount),
  ];
}

const verbs = {
  join: ['get', 'create', 'list', 'watch'],
  own: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
};

/** What the account of a program may do: the kinds of the hub that programs emit. */
export const programRules: readonly Json[] = [
  rule(
    'cluster.open-cluster-management.io',
    ['managedclustersets', 'managedclustersetbindings', 'placements'],
    verbs.own,
  ),
  rule('cluster.open-cluster-management.io', ['managedclustersets/bind'], ['create']),
  rule(
    'policy.open-cluster-management.io',
    ['policies', 'policysets', 'placementbindings'],
    verbs.own,
  ),
  rule('work.open-cluster-management.io', ['manifestworkreplicasets'], verbs.own),
  rule(
    'addon.open-cluster-management.io',
    ['clustermanagementaddons', 'addondeploymentconfigs'],
    verbs.own,
  ),
];

function rule(group: string, resources: readonly string[], of: readonly string[]): Json {
  return { apiGroups: [group], resources: [...resources], verbs: [...of] };
}

function namespace(name: string): Plain {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function account(inNamespace: string, name: string): Plain {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: inNamespace } };
}

function clusterRole(name: string, rules: readonly Json[]): Plain {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules,
  };
}

function clusterRoleBinding(
  name: string,
  role: string,
  ofNamespace: string,
  ofAccount: string,
): Plain {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', namespace: ofNamespace, name: ofAccount }],
  };
}
