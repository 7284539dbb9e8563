import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from '../../../kube/core.ts';
import { mastersGroup, type Requester, serviceAccountUser } from '../request/requester.ts';

/** What somebody wants to do: with a resource, or with a path that is none. */
export type Attempted =
  | {
      readonly verb: string;
      readonly group: string;
      /** The plural. */
      readonly resource: string;
      readonly subresource: string;
      /** Empty for cluster-scoped resources and for all namespaces. */
      readonly namespace: string;
      /** Empty where no single object is meant. */
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };

/** Where roles and bindings are read from. */
export interface RoleSource {
  readonly role: (namespace: string, name: string) => Role | undefined;
  readonly clusterRole: (name: string) => ClusterRole | undefined;
  readonly roleBindings: (namespace: string) => readonly RoleBinding[];
  readonly clusterRoleBindings: () => readonly ClusterRoleBinding[];
}

/** `reason` is for SubjectAccessReviews, in Kubernetes' words. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Decides by RBAC: allowed is what some rule of some bound role allows (kubernetes plugin/pkg/auth/authorizer/rbac). */
export function authorize(user: Requester, attempted: Attempted, source: RoleSource): Decision {
  if (user.groups.includes(mastersGroup)) return { allowed: true, reason: '' };
  for (const binding of source.clusterRoleBindings()) {
    const subject = subjectOf(binding, user, '');
    if (subject === undefined) continue;
    if (rulesOf(binding.roleRef, '', source).some((rule) => allows(rule, attempted))) {
      return because('ClusterRoleBinding', binding, subject);
    }
  }
  const namespace = 'namespace' in attempted ? attempted.namespace : '';
  if (namespace === '') return { allowed: false, reason: '' };
  for (const binding of source.roleBindings(namespace)) {
    const subject = subjectOf(binding, user, namespace);
    if (subject === undefined) continue;
    if (rulesOf(binding.roleRef, namespace, source).some((rule) => allows(rule, attempted))) {
      return because('RoleBinding', binding, subject);
    }
  }
  return { allowed: false, reason: '' };
}

/** All rules that hold for a user in a namespace (for SelfSubjectRulesReview and the escalation check). */
export function rulesFor(
  user: Requester,
  namespace: string,
  source: RoleSource,
): readonly PolicyRule[] {
  const everywhere = source
    .clusterRoleBindings()
    .filter((binding) => subjectOf(binding, user, '') !== undefined)
    .flatMap((binding) => rulesOf(binding.roleRef, '', source));
  if (namespace === '') return everywhere;
  const here = source
    .roleBindings(namespace)
    .filter((binding) => subjectOf(binding, user, namespace) !== undefined)
    .flatMap((binding) => rulesOf(binding.roleRef, namespace, source));
  return [...everywhere, ...here];
}

/** The rules a reference leads to; none where the role is missing. */
export function rulesOf(
  ref: RoleRef,
  namespace: string,
  source: RoleSource,
): readonly PolicyRule[] {
  if (ref.kind === 'ClusterRole') return source.clusterRole(ref.name)?.rules ?? [];
  return (namespace === '' ? undefined : source.role(namespace, ref.name))?.rules ?? [];
}

/**
 * What of some rules a holder of others does not have, in single verbs: nobody may grant more than he has
 * (kubernetes pkg/registry/rbac/validation, `Covers`).
 */
export function uncovered(
  wanted: readonly PolicyRule[],
  held: readonly PolicyRule[],
): readonly PolicyRule[] {
  return wanted.flatMap(broken).filter((single) => !held.some((rule) => covers(rule, single)));
}

/** Whether one rule allows an attempt. */
export function allows(rule: PolicyRule, attempted: Attempted): boolean {
  if (!has(rule.verbs, attempted.verb)) return false;
  if ('path' in attempted) {
    return (rule.nonResourceURLs ?? []).some((pattern) => pathMatches(pattern, attempted.path));
  }
  const { group, resource, subresource, name } = attempted;
  const names = rule.resourceNames ?? [];
  return (
    has(rule.apiGroups, group) &&
    resourceMatches(rule.resources ?? [], resource, subresource) &&
    (names.length === 0 || (name !== '' && names.includes(name)))
  );
}

function subjectOf(
  { subjects }: RoleBinding,
  user: Requester,
  namespace: string,
): Subject | undefined {
  return subjects?.find((subject) => {
    switch (subject.kind) {
      case 'User':
        return subject.name === user.name;
      case 'Group':
        return user.groups.includes(subject.name);
      case 'ServiceAccount': {
        const of = subject.namespace || namespace;
        return of !== '' && user.name === serviceAccountUser(of, subject.name);
      }
      default:
        return false;
    }
  });
}

function because(kind: string, { metadata, roleRef }: RoleBinding, subject: Subject): Decision {
  const of = metadata.namespace ? `${metadata.name}/${metadata.namespace}` : metadata.name;
  const who =
    subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? ''}` : subject.name;
  return {
    allowed: true,
    reason: `RBAC: allowed by ${kind} "${of}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${who}"`,
  };
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list?.some((item) => item === '*' || item === value) ?? false;
}

// `*` is all resources with all subresources, `*/scale` one subresource of all, `pods/*` is not a wildcard.
function resourceMatches(
  resources: readonly string[],
  resource: string,
  subresource: string,
): boolean {
  const asked = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some(
    (of) => of === '*' || of === asked || (subresource !== '' && of === `*/${subresource}`),
  );
}

function pathMatches(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

/** A rule as many rules that each name one verb, one group, one resource and at most one object. */
function broken(rule: PolicyRule): readonly PolicyRule[] {
  const paths = (rule.nonResourceURLs ?? []).flatMap((path) =>
    rule.verbs.map((verb): PolicyRule => ({ verbs: [verb], nonResourceURLs: [path] })),
  );
  const names = rule.resourceNames?.length ? rule.resourceNames : [undefined];
  const resources = (rule.apiGroups ?? []).flatMap((group) =>
    (rule.resources ?? []).flatMap((resource) =>
      names.flatMap((name) =>
        rule.verbs.map(
          (verb): PolicyRule => ({
            verbs: [verb],
            apiGroups: [group],
            resources: [resource],
            ...(name !== undefined && { resourceNames: [name] }),
          }),
        ),
      ),
    ),
  );
  return [...paths, ...resources];
}

function covers(held: PolicyRule, single: PolicyRule): boolean {
  const all = (list: readonly string[] | undefined, wanted: readonly string[] | undefined) =>
    (wanted ?? []).every((item) => has(list, item));
  if (!all(held.verbs, single.verbs)) return false;
  const [path] = single.nonResourceURLs ?? [];
  if (path !== undefined) {
    return (held.nonResourceURLs ?? []).some((pattern) => pathMatches(pattern, path));
  }
  const [resource = ''] = single.resources ?? [];
  const slash = resource.indexOf('/');
  const [plural, sub] =
    slash < 0 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash + 1)];
  const heldNames = held.resourceNames ?? [];
  const [name] = single.resourceNames ?? [];
  return (
    all(held.apiGroups, single.apiGroups) &&
    resourceMatches(held.resources ?? [], plural, sub) &&
    (heldNames.length === 0 || (name !== undefined && heldNames.includes(name)))
  );
}
