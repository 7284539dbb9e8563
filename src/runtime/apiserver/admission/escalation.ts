import { jsonEqual } from '../../../base/json.ts';
import {
  type ClusterRole,
  type PolicyRule,
  type RoleBinding,
  type RoleRef,
  rbacGroup,
} from '../../../kube/core.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { compactRules, ruleText } from '../authz/denial.ts';
import { uncovered } from '../authz/rbac.ts';
import type { Authorizer } from '../authz/role-index.ts';
import { forbidden, notFound, type Refusal } from '../refusal.ts';
import { mastersGroup, type Requester } from '../request/requester.ts';
import { resourceName } from '../resources/resource.ts';
import type { Admission, AdmissionInput } from './admission.ts';

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Nobody hands out rights that they do not have (Kubernetes' pkg/registry/rbac `policybased`). */
export function noEscalation(authorizer: Authorizer): Admission {
  return {
    name: 'NoEscalation',
    validate: (input) => {
      const { resource, object, old, requester } = input;
      if (resource.group !== rbacGroup || object === null) return null;
      if (requester.groups.includes(mastersGroup)) return null;
      if (old !== null && onlyLetsGo(object, old)) return null;
      return resource.plural.endsWith('roles')
        ? grantsInRole(authorizer, input, object as ClusterRole)
        : grantsByBinding(authorizer, input, object as RoleBinding);
    },
  };
}

/** What the collector changes: nothing but owners and finalizers. */
function onlyLetsGo(object: KubeObject, old: KubeObject): boolean {
  const { ownerReferences, finalizers } = object.metadata;
  const metadata = { ...old.metadata, ownerReferences, finalizers };
  const { managedFields: _now, ...now } = object.metadata;
  const { managedFields: _then, ...then } = metadata;
  return jsonEqual({ ...object, metadata: now }, { ...old, metadata: then });
}

function grantsInRole(
  authorizer: Authorizer,
  input: AdmissionInput,
  role: ClusterRole,
): Refusal | null {
  const { resource, namespace, requester, isNamed, old } = input;
  // a right to escalate one role is none to make it
  const name = isNamed ? input.name : '';
  const may = authorizer.authorize(requester, {
    verb: 'escalate',
    group: rbacGroup,
    resource: resource.plural,
    subresource: '',
    namespace,
    name,
  });
  if (may.allowed) return null;
  const of = resourceName(resource);
  const problem = escalates(authorizer, requester, namespace, role.rules ?? []);
  if (problem !== null) return forbidden(of, role.metadata.name, problem);
  if (!aggregates(role) && !(old !== null && aggregates(old as ClusterRole))) return null;
  if (escalates(authorizer, requester, namespace, everything) === null) return null;
  const why = 'must have cluster-admin privileges to use the aggregationRule';
  return forbidden(of, role.metadata.name, why);
}

function aggregates({ aggregationRule }: ClusterRole): boolean {
  return (aggregationRule?.clusterRoleSelectors ?? []).length > 0;
}

function grantsByBinding(
  authorizer: Authorizer,
  input: AdmissionInput,
  binding: RoleBinding,
): Refusal | null {
  const { resource, namespace, requester } = input;
  const { roleRef, metadata } = binding;
  const where = resource.namespaced ? namespace : '';
  if (mayBind(authorizer, requester, roleRef, where)) return null;
  const rules = authorizer.roleRules(roleRef, where);
  if (rules === undefined) {
    const of = { group: rbacGroup, name: roleRef.kind === 'Role' ? 'roles' : 'clusterroles' };
    return notFound(of, roleRef.name);
  }
  const problem = escalates(authorizer, requester, where, rules);
  return problem === null ? null : forbidden(resourceName(resource), metadata.name, problem);
}

function mayBind(
  authorizer: Authorizer,
  requester: Requester,
  roleRef: RoleRef,
  namespace: string,
): boolean {
  return authorizer.authorize(requester, {
    verb: 'bind',
    group: rbacGroup,
    resource: roleRef.kind === 'Role' ? 'roles' : 'clusterroles',
    subresource: '',
    namespace,
    name: roleRef.name,
  }).allowed;
}

function escalates(
  authorizer: Authorizer,
  requester: Requester,
  namespace: string,
  rules: readonly PolicyRule[],
): string | null {
  const missing = uncovered(rules, authorizer.rulesFor(requester, namespace));
  if (missing.length === 0) return null;
  const groups = `[${requester.groups.map(quoteGo).join(' ')}]`;
  const list = [...new Set(compactRules(missing).map(ruleText))].sort().join('\n');
  return `user ${quoteGo(requester.name)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${list}`;
}
