import { describe, expect, test } from 'vitest';
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from '../../../../src/kube/core.ts';
import {
  type Attempted,
  authorize,
  type RoleSource,
  rulesFor,
  uncovered,
} from '../../../../src/runtime/apiserver/authz/rbac.ts';
import type { Requester } from '../../../../src/runtime/apiserver/request/requester.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const user = (name: string, ...groups: string[]): Requester => ({
  name,
  uid: '',
  groups,
  extra: {},
});
const attempt = (verb: string, resource: string, namespace = '', name = ''): Attempted => {
  const [plural = '', subresource = ''] = resource.split('/');
  return { verb, group: '', resource: plural, subresource, namespace, name };
};

function source(
  rules: Record<string, readonly PolicyRule[]>,
  bindings: readonly { ref: RoleRef; subject: Subject; namespace?: string }[],
): RoleSource {
  const made = bindings.map(
    ({ ref, subject, namespace }, index): RoleBinding => ({
      apiVersion,
      kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
      metadata: { name: `b${index}`, ...(namespace && { namespace }) },
      roleRef: ref,
      subjects: [subject],
    }),
  );
  const role = (name: string) =>
    Object.hasOwn(rules, name)
      ? ({ apiVersion, kind: 'Role', metadata: { name }, rules: rules[name] ?? [] } as Role)
      : undefined;
  return {
    role: (_, name) => role(name),
    clusterRole: (name) => role(name) as ClusterRole | undefined,
    roleBindings: (namespace) => made.filter(({ metadata }) => metadata.namespace === namespace),
    clusterRoleBindings: () =>
      made.filter(({ metadata }) => metadata.namespace === undefined) as ClusterRoleBinding[],
  };
}
const apiGroup = 'rbac.authorization.k8s.io';
const clusterRole = (name: string): RoleRef => ({ apiGroup, kind: 'ClusterRole', name });
const roleRef = (name: string): RoleRef => ({ apiGroup, kind: 'Role', name });
const ann: Subject = { kind: 'User', name: 'ann' };

describe('authorize', () => {
  const readers = { reader: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] };

  test('a cluster binding counts everywhere, a role binding in its namespace only', () => {
    const wide = source(readers, [{ ref: clusterRole('reader'), subject: ann }]);
    const narrow = source(readers, [
      { ref: clusterRole('reader'), subject: ann, namespace: 'shop' },
    ]);
    for (const [of, namespace, allowed] of [
      [wide, 'shop', true],
      [wide, 'bank', true],
      [wide, '', true],
      [narrow, 'shop', true],
      [narrow, 'bank', false],
      [narrow, '', false],
    ] as const) {
      expect(authorize(user('ann'), attempt('list', 'pods', namespace), of).allowed).toBe(allowed);
    }
    expect(authorize(user('bob'), attempt('list', 'pods', 'shop'), wide).allowed).toBe(false);
    expect(authorize(user('ann'), attempt('create', 'pods', 'shop'), wide).allowed).toBe(false);
  });

  test('says which binding allows it, in the words of Kubernetes', () => {
    const of = source(readers, [{ ref: roleRef('reader'), subject: ann, namespace: 'shop' }]);
    expect(authorize(user('ann'), attempt('get', 'pods', 'shop', 'p'), of).reason).toBe(
      'RBAC: allowed by RoleBinding "b0/shop" of Role "reader" to User "ann"',
    );
  });

  test('system:masters may do anything', () => {
    const nothing = source({}, []);
    const path: Attempted = { verb: 'get', path: '/x' };
    expect(authorize(user('x', 'system:masters'), path, nothing).allowed).toBe(true);
    expect(authorize(user('x', 'system:authenticated'), path, nothing).allowed).toBe(false);
  });

  test('a service account without a namespace is one of the namespace of the binding', () => {
    const subject: Subject = { kind: 'ServiceAccount', name: 'deployer' };
    const of = source(readers, [{ ref: clusterRole('reader'), subject, namespace: 'shop' }]);
    const account = (namespace: string) => user(`system:serviceaccount:${namespace}:deployer`);
    expect(authorize(account('shop'), attempt('get', 'pods', 'shop'), of).allowed).toBe(true);
    expect(authorize(account('bank'), attempt('get', 'pods', 'shop'), of).allowed).toBe(false);
  });

  test.each<[string[], string, boolean]>([
    [['*'], 'pods', true],
    [['*'], 'pods/log', true],
    [['pods'], 'pods/log', false],
    [['pods/log'], 'pods/log', true],
    [['*/log'], 'pods/log', true],
    [['pods/*'], 'pods/log', false],
    [['*/log'], 'pods', false],
  ])('resources %j and %s', (resources, resource, allowed) => {
    const rules = { r: [{ apiGroups: ['*'], resources, verbs: ['*'] }] };
    const of = source(rules, [{ ref: clusterRole('r'), subject: ann }]);
    expect(authorize(user('ann'), attempt('get', resource, 'n'), of).allowed).toBe(allowed);
  });

  test('a rule with names allows these objects and no list or create', () => {
    const rules = {
      r: [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'], resourceNames: ['a'] }],
    };
    const of = source(rules, [{ ref: clusterRole('r'), subject: ann }]);
    expect(authorize(user('ann'), attempt('get', 'secrets', 'n', 'a'), of).allowed).toBe(true);
    expect(authorize(user('ann'), attempt('get', 'secrets', 'n', 'b'), of).allowed).toBe(false);
    expect(authorize(user('ann'), attempt('list', 'secrets', 'n'), of).allowed).toBe(false);
    expect(authorize(user('ann'), attempt('create', 'secrets', 'n'), of).allowed).toBe(false);
  });

  test.each<[string, string, boolean]>([
    ['/healthz', '/healthz', true],
    ['/healthz', '/healthz/etcd', false],
    ['/healthz/*', '/healthz/etcd', true],
    ['*', '/anything', true],
  ])('paths: %s and %s', (pattern, path, allowed) => {
    const rules = { r: [{ nonResourceURLs: [pattern], verbs: ['get'] }] };
    const of = source(rules, [{ ref: clusterRole('r'), subject: ann }]);
    expect(authorize(user('ann'), { verb: 'get', path }, of).allowed).toBe(allowed);
  });

  test('a binding to a role that is missing allows nothing, whatever its name', () => {
    for (const name of ['gone', 'constructor', '__proto__']) {
      const of = source({}, [{ ref: clusterRole(name), subject: ann }]);
      expect(authorize(user('ann'), attempt('get', 'pods', 'n'), of).allowed).toBe(false);
    }
  });
});

test('nobody may grant more than is held, verb by verb and object by object', () => {
  const held: PolicyRule[] = [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['a', 'b'] },
    { nonResourceURLs: ['/healthz/*'], verbs: ['get'] },
  ];
  const rest = (wanted: PolicyRule) => uncovered([wanted], held);
  expect(rest({ apiGroups: [''], resources: ['pods'], verbs: ['list'] })).toEqual([]);
  expect(rest({ apiGroups: [''], resources: ['pods'], verbs: ['get', 'delete'] })).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  ]);
  expect(rest({ apiGroups: ['*'], resources: ['pods'], verbs: ['get'] })).toHaveLength(1);
  expect(rest({ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] })).toHaveLength(1);
  expect(
    rest({ apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['b'] }),
  ).toEqual([]);
  expect(rest({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] })).toHaveLength(1);
  expect(rest({ nonResourceURLs: ['/healthz/etcd'], verbs: ['get'] })).toEqual([]);
  expect(rest({ nonResourceURLs: ['/metrics'], verbs: ['get'] })).toHaveLength(1);
});

test('the rules of a user are those of all bindings that count', () => {
  const rules = {
    a: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    b: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
  };
  const of = source(rules, [
    { ref: clusterRole('a'), subject: { kind: 'Group', name: 'team' } },
    { ref: roleRef('b'), subject: ann, namespace: 'shop' },
  ]);
  expect(rulesFor(user('ann', 'team'), 'shop', of)).toEqual([...rules.a, ...rules.b]);
  expect(rulesFor(user('ann', 'team'), 'bank', of)).toEqual(rules.a);
  expect(rulesFor(user('ann'), '', of)).toEqual([]);
});
