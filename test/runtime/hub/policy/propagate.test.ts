import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import type { PolicyStatus } from '../../../../src/kube/ocm/policy.ts';
import type { Action } from '../../../../src/runtime/control/controller.ts';
import { propagatePolicies } from '../../../../src/runtime/hub/policy/propagate.ts';
import { snapshotOf } from '../../../support/snapshot.ts';
import { cluster, clusterSet, setBinding } from '../programs.ts';
import { binding, clusters, copy, decision, policy, policySet } from './objects.ts';

const controller = propagatePolicies();
const run = (objects: readonly KubeObject[], key = 'shop/p') =>
  controller.reconcile(key, snapshotOf([...clusters, ...objects]), 0 as never).actions;
const applied = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.do === 'apply' ? [action.object] : []));
const deleted = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.do === 'delete' ? [action.of.namespace] : []));
const statusOf = (actions: readonly Action[]): PolicyStatus => {
  const patch = actions.find((action) => action.do === 'patchStatus');
  if (patch?.do !== 'patchStatus') throw new Error('no status');
  return patch.status as PolicyStatus;
};
const keysFor = (object: KubeObject, objects: readonly KubeObject[]) =>
  controller.watches
    .filter(({ kind }) => kind.kind === object.kind)
    .flatMap((of) => of.keys(object, snapshotOf(objects)));

const placed = [binding('b', 'prod', ['Policy/p']), decision('prod', ['c1', 'c2'])];

describe('copies', () => {
  test('go to the clusters of a bound placement, named and labelled as upstream', () => {
    const root = policy('p', {
      metadata: {
        labels: { team: 'x', 'ocmlang.dev/program': 'prog' },
        annotations: { note: 'y', 'ocmlang.dev/origin': 'a.ocm:1:1' },
        finalizers: ['f'],
      },
    });
    const [first, second] = applied(run([root, ...placed]));
    expect(first).toEqual({
      apiVersion: 'policy.open-cluster-management.io/v1',
      kind: 'Policy',
      metadata: {
        name: 'shop.p',
        namespace: 'c1',
        labels: {
          team: 'x',
          'policy.open-cluster-management.io/cluster-name': 'c1',
          'policy.open-cluster-management.io/cluster-namespace': 'c1',
          'policy.open-cluster-management.io/root-policy': 'shop.p',
        },
        annotations: { note: 'y', 'argocd.argoproj.io/compare-options': 'IgnoreExtraneous' },
      },
      spec: root.spec,
    });
    expect(second?.metadata.namespace).toBe('c2');
  });

  test('leave metadata behind where the policy says so', () => {
    const root = policy('p', {
      spec: { copyPolicyMetadata: false },
      metadata: { labels: { team: 'x' }, annotations: { note: 'y' } },
    });
    const [copied] = applied(run([root, ...placed]));
    expect(copied?.metadata.labels).not.toHaveProperty('team');
    expect(copied?.metadata.annotations).not.toHaveProperty('note');
  });

  test('are removed where the cluster is no longer selected', () => {
    expect(deleted(run([policy('p'), ...placed, copy('p', 'c3')]))).toEqual(['c3']);
  });

  test('are removed with the root, also after the hub slept through it', () => {
    expect(deleted(run([copy('p', 'c1'), copy('p', 'c2')]))).toEqual(['c1', 'c2']);
  });

  test('are removed when the policy is disabled, and the status says nothing', () => {
    const actions = run([policy('p', { spec: { disabled: true } }), ...placed, copy('p', 'c1')]);
    expect(deleted(actions)).toEqual(['c1']);
    expect(statusOf(actions)).toMatchObject({ status: null, compliant: null, placement: [{}] });
    expect(actions).toContainEqual(
      expect.objectContaining({ do: 'record', message: 'Policy shop/p was disabled' }),
    );
  });

  test('in namespaces that are no cluster’s are left alone: a hub of hubs', () => {
    expect(deleted(run([copy('p', 'elsewhere')]))).toEqual([]);
  });

  test('do not follow a forged decision to clusters that are not bound, nor into other namespaces', () => {
    const others = [
      cluster('bank', { set: 'bank' }),
      clusterSet('bank', { matchLabels: { set: 'bank' } }),
      setBinding('bank', 'treasury'),
      setBinding('gone'),
    ];
    const bound = clusterSet('all', {
      matchExpressions: [{ key: 'set', operator: 'DoesNotExist' }],
    });
    const forged = decision('prod', ['bank', 'c1', 'kube-system']);
    const restricted = binding('r', 'prod', ['Policy/p'], { subFilter: 'restricted' });
    const objects = [bound, ...others, policy('p'), binding('b', 'prod', ['Policy/p']), restricted];
    const actions = run([...objects, forged]);
    expect(applied(actions).map(({ metadata }) => metadata.namespace)).toEqual(['c1']);
    expect(statusOf(actions).status?.map(({ clustername }) => clustername)).toEqual(['c1']);
    // A copy of the time when the cluster was bound goes.
    expect(deleted(run([...objects, forged, copy('p', 'bank')]))).toEqual(['bank']);
  });

  test('stay while sets or their bindings cannot be read', () => {
    const hub = [cluster('c1'), policy('p'), ...placed, copy('p', 'c1')];
    const removed = (unknownKinds: readonly string[]) =>
      deleted(
        controller.reconcile('shop/p', snapshotOf({ hub, unknownKinds }), 0 as never).actions,
      );
    const group = 'cluster.open-cluster-management.io';
    expect(removed([`${group}/ManagedClusterSet`])).toEqual([]);
    expect(removed([`${group}/ManagedClusterSetBinding`])).toEqual([]);
    expect(removed([])).toEqual(['c1']);
  });

  test.each(['default', 'global'])(
    'reach the clusters of the set %s, bound like any other',
    (set) => {
      const label = { 'cluster.open-cluster-management.io/clusterset': 'default' };
      const objects = [
        cluster('c9', label),
        clusterSet(set, set === 'global' ? {} : null),
        policy('p'),
        binding('b', 'prod', ['Policy/p']),
        decision('prod', ['c9']),
      ];
      const reached = (more: readonly KubeObject[]) =>
        applied(
          controller.reconcile('shop/p', snapshotOf([...objects, ...more]), 0 as never).actions,
        ).map(({ metadata }) => metadata.namespace);
      expect(reached([setBinding(set)])).toEqual(['c9']);
      expect(reached([])).toEqual([]);
    },
  );

  test('are not made of templates nobody resolves', () => {
    const objectDefinition = { data: '{{hub .ManagedClusterName hub}}' };
    const actions = run([
      policy('p', { spec: { 'policy-templates': [{ objectDefinition }] } }),
      ...placed,
    ]);
    expect(applied(actions)).toEqual([]);
    expect(actions[0]).toMatchObject({ do: 'record', type: 'Warning' });
  });

  test('name dependencies as clusters know them', () => {
    const dependency = (kind: string, name: string, more: object = {}) => ({
      apiVersion: `policy.open-cluster-management.io/${kind === 'PolicySet' ? 'v1beta1' : 'v1'}`,
      kind,
      name,
      compliance: 'Compliant',
      ...more,
    });
    const root = policy('p', {
      spec: {
        dependencies: [
          dependency('Policy', 'a'),
          dependency('Policy', 'b', { namespace: 'other' }),
          dependency('PolicySet', 'set'),
          dependency('PolicySet', 'none'),
          dependency('ConfigurationPolicy', 'c'),
        ],
      },
    });
    const [copied] = applied(run([root, policySet('set', ['x', 'y']), ...placed]));
    const spec = copied?.spec as { dependencies: readonly { kind: string; name: string }[] };
    expect(spec.dependencies.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Policy shop.a',
      'Policy other.b',
      'Policy shop.x',
      'Policy shop.y',
      'PolicySet none',
      'ConfigurationPolicy c',
    ]);
  });
});

describe('bindings', () => {
  test('a restricted one narrows and enforces, it never places', () => {
    const restricted = binding('r', 'canary', ['Policy/p'], {
      subFilter: 'restricted',
      bindingOverrides: { remediationAction: 'enforce' },
    });
    const actions = run([policy('p'), ...placed, restricted, decision('canary', ['c2', 'c3'])]);
    const specs = applied(actions).map(({ metadata, spec }) => [
      metadata.namespace,
      (spec as { remediationAction: string }).remediationAction,
    ]);
    expect(specs).toEqual([
      ['c1', 'inform'],
      ['c2', 'enforce'],
    ]);
    expect(statusOf(actions).status?.map(({ clustername }) => clustername)).toEqual(['c1', 'c2']);
    expect(statusOf(actions).placement).toEqual([
      { placementBinding: 'b', placement: 'prod' },
      { placementBinding: 'r', placement: 'canary' },
    ]);
  });

  test('an override does not touch a policy that enforces already', () => {
    const over = binding('b', 'prod', ['Policy/p'], {
      bindingOverrides: { remediationAction: 'Enforce' },
    });
    const root = policy('p', { spec: { remediationAction: 'enforce' } });
    const [copied] = applied(run([root, over, decision('prod', ['c1'])]));
    expect(copied?.spec).toMatchObject({ remediationAction: 'enforce' });
  });

  test('a set places its members except where it excludes them', () => {
    const set = policySet('s', ['p', 'q'], [{ policyName: 'p', clusterNames: ['c2'] }]);
    const actions = run([
      policy('p'),
      set,
      binding('b', 'prod', ['PolicySet/s']),
      decision('prod', ['c1', 'c2']),
    ]);
    expect(applied(actions).map(({ metadata }) => metadata.namespace)).toEqual(['c1']);
    expect(statusOf(actions).placement).toEqual([
      {
        placementBinding: 'b',
        placement: 'prod',
        policySet: 's',
        exclusions: [{ clusterName: 'c2' }],
      },
    ]);
  });

  test('another binding still places what a set excludes, and the status says which', () => {
    const set = policySet('s', ['p'], [{ policyName: 'p', clusterNames: ['c1'] }]);
    const actions = run([policy('p'), set, binding('s', 'prod', ['PolicySet/s']), ...placed]);
    expect(statusOf(actions).status?.[0]).toEqual({
      clustername: 'c1',
      clusternamespace: 'c1',
      remainingBindings: [{ placementBinding: 'b' }],
    });
  });

  test.each([
    ['a policy', policy('p'), ['shop/p']],
    ['a copy', copy('p', 'c1'), ['shop/p']],
    ['a binding', placed[0], ['shop/p']],
    ['a decision', placed[1], ['shop/p']],
    ['a set', policySet('s', ['p', 'q']), ['shop/p', 'shop/q']],
    ['a set of clusters', clusterSet('all'), ['shop/p']],
    ['the binding of one', setBinding('all'), ['shop/p']],
    ['a cluster that is to have a copy', cluster('c1'), ['shop/p']],
    ['a cluster that is to have none', cluster('c3'), []],
  ])('%s concerns its policies', (_, object, expected) => {
    if (object === undefined) throw new Error('no object');
    expect(keysFor(object, [...clusters, ...placed])).toEqual(expected);
  });

  test('a cluster concerns the policies whose copies are not as decided and bound', () => {
    const objects = [...placed, copy('p', 'c1'), copy('p', 'c3')];
    const keys = (name: string, all = [...clusters, ...objects]) => keysFor(cluster(name), all);
    expect(keys('c1')).toEqual([]);
    expect(keys('c2')).toEqual(['shop/p']);
    expect(keys('c3')).toEqual(['shop/p']);
    const unbound = clusters.filter(({ kind }) => kind !== 'ManagedClusterSetBinding');
    expect(keys('c1', [...unbound, ...objects])).toEqual(['shop/p']);
    expect(keys('c2', [...unbound, ...objects])).toEqual([]);
  });
});

describe('the status of a root', () => {
  test.each([
    [['Compliant', 'Compliant'], 'Compliant'],
    [['Compliant', 'NonCompliant'], 'NonCompliant'],
    [['Pending', 'Compliant'], 'Pending'],
    [['Pending', 'NonCompliant'], 'NonCompliant'],
    [['Compliant', undefined], null],
    [[undefined, 'Pending'], 'Pending'],
  ] as const)('of %j is %s', (states, expected) => {
    const copies = states.map((state, at) => copy('p', `c${at + 1}`, state));
    const status = statusOf(run([policy('p'), ...placed, ...copies]));
    expect(status.compliant).toBe(expected);
    expect(status.status).toHaveLength(2);
  });

  test('without clusters is none', () => {
    expect(statusOf(run([policy('p')]))).toEqual({
      placement: null,
      status: null,
      compliant: null,
    });
  });
});
