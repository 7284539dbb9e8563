import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import { type ConfigMap, configMapKind } from '../../../../src/kube/core.ts';
import { type KubeObject, refKey, refOf } from '../../../../src/kube/object.ts';
import {
  type ConfigurationPolicy,
  type ConfigurationPolicyStatus,
  configurationPolicyKind,
  type Policy,
  policyKind,
} from '../../../../src/kube/ocm/policy.ts';
import { evaluatePolicies } from '../../../../src/runtime/agent/policy/evaluate.ts';
import type { Action } from '../../../../src/runtime/control/controller.ts';
import { propagatePolicies } from '../../../../src/runtime/hub/policy/propagate.ts';
import { type SnapshotInput, snapshotOf } from '../../../support/snapshot.ts';
import { binding, policy as rootPolicy } from '../../hub/policy/objects.ts';
import { fleet, placed } from '../../hub/programs.ts';
import { edit, put, versions, type World, world } from '../../world.ts';

const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const controller = evaluatePolicies({ clusterName: 'c1' });
const run = (input: SnapshotInput) => controller.reconcile('p', snapshotOf(input), now);
const map = (name: string, data: Record<string, string> = {}, namespace = 'shop'): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid: `uid-${name}`, resourceVersion: '4' },
  data,
});
const definition = (
  name: string | null,
  data: Record<string, string> = {},
  namespace: string | null = 'shop',
) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...(name !== null && { name }), ...(namespace !== null && { namespace }) },
  data,
});
const policy = (
  templates: readonly object[],
  more: { spec?: object; status?: ConfigurationPolicyStatus; metadata?: object } = {},
): ConfigurationPolicy =>
  ({
    apiVersion: 'policy.open-cluster-management.io/v1',
    kind: 'ConfigurationPolicy',
    metadata: { name: 'p', namespace: 'c1', generation: 1, ...more.metadata },
    spec: { remediationAction: 'inform', 'object-templates': templates, ...more.spec },
    ...(more.status && { status: more.status }),
  }) as ConfigurationPolicy;
const must = (type: string, objectDefinition: object) => ({
  complianceType: type,
  objectDefinition,
});
const statusOf = (actions: readonly Action[]): ConfigurationPolicyStatus => {
  const patch = actions.find((action) => action.do === 'patchStatus');
  if (patch?.do !== 'patchStatus') throw new Error('no status');
  return patch.status as ConfigurationPolicyStatus;
};
const verbs = (actions: readonly Action[]) => actions.map((action) => action.do);

describe('what is looked at', () => {
  test('is asked for before anything is said', () => {
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'm' };
    const outcome = run({ cluster: [policy([must('musthave', definition('m'))])], unread: [ref] });
    expect(outcome).toEqual({ actions: [], alsoWatch: [{ ref, at: 'cluster' }], alsoList: [] });
  });

  test('is a whole kind where no name is said, in the namespaces the policy selects', () => {
    const namespaces = ['shop', 'pay', 'other'].map(
      (name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    );
    const selecting = policy([must('musthave', definition(null, {}, null))], {
      spec: { namespaceSelector: { include: ['shop', 'pa*'] } },
    });
    expect(run({ cluster: [selecting, ...namespaces] }).alsoList).toEqual([
      { kind: { group: '', version: 'v1', kind: 'ConfigMap' }, namespace: 'pay', at: 'cluster' },
      { kind: { group: '', version: 'v1', kind: 'ConfigMap' }, namespace: 'shop', at: 'cluster' },
    ]);
  });
});

describe('the verdict', () => {
  test.each([
    [
      'musthave',
      [map('m', { a: '1', b: '2' })],
      'Compliant',
      'configmaps [m] found as specified in namespace shop',
    ],
    ['musthave', [], 'NonCompliant', 'configmaps [m] not found in namespace shop'],
    [
      'musthave',
      [map('m', { a: '2' })],
      'NonCompliant',
      'configmaps [m] found but not as specified in namespace shop',
    ],
    [
      'mustonlyhave',
      [map('m', { a: '1', b: '2' })],
      'NonCompliant',
      'configmaps [m] found but not as specified in namespace shop',
    ],
    ['mustnothave', [map('m')], 'NonCompliant', 'configmaps [m] found in namespace shop'],
    ['mustnothave', [], 'Compliant', 'configmaps [m] missing as expected in namespace shop'],
  ])('%s of %j is %s', (type, objects, compliant, message) => {
    const { actions } = run({
      cluster: [policy([must(type, definition('m', { a: '1' }))]), ...objects],
    });
    const status = statusOf(actions);
    expect(verbs(actions)).toEqual(['patchStatus']);
    expect(status.compliant).toBe(compliant);
    expect(status.compliancyDetails?.[0]?.conditions?.[0]).toMatchObject({
      message,
      lastTransitionTime: '2026-01-02T03:04:05Z',
    });
    expect(status.history?.[0]?.message).toContain(`${compliant}; `);
    expect(status.lastEvaluatedGeneration).toBe(1);
  });

  test('that is the same as before is not said again', () => {
    const of = [must('musthave', definition('m', { a: '1' }))];
    const first = statusOf(run({ cluster: [policy(of)] }).actions);
    const later = controller.reconcile(
      'p',
      snapshotOf({ cluster: [policy(of, { status: first })] }),
      instant(now + 3_600_000),
    );
    const { lastEvaluated: _, ...same } = first;
    expect(statusOf(later.actions)).toEqual(same);
  });

  test('needs a remediation, and no templates', () => {
    expect(
      statusOf(run({ cluster: [policy([], { spec: { remediationAction: undefined } })] }).actions),
    ).toMatchObject({
      compliant: 'NonCompliant',
      compliancyDetails: [{ conditions: [{ reason: 'Invalid spec' }] }],
    });
    const templated = policy(
      [must('musthave', definition('m', { a: '{{ fromSecret "a" "b" "c" }}' }))],
      { spec: { remediationAction: 'enforce' } },
    );
    const { actions } = run({ cluster: [templated] });
    expect(verbs(actions)).toEqual(['patchStatus']);
    expect(statusOf(actions).compliancyDetails?.[0]?.conditions?.[0]?.reason).toBe(
      'Error processing template',
    );
  });

  test('of a kind the cluster does not have says so and is tried again', () => {
    const outcome = run({
      cluster: [
        policy([
          must('musthave', { apiVersion: 'a.io/v1', kind: 'Gadget', metadata: { name: 'g' } }),
        ]),
      ],
    });
    expect(statusOf(outcome.actions).compliancyDetails?.[0]?.conditions?.[0]?.message).toContain(
      "couldn't find mapping resource with kind Gadget",
    );
    expect(outcome.again).toBeGreaterThan(now);
  });
});

describe('an interval', () => {
  const evaluated = (compliant: 'Compliant' | 'NonCompliant', interval: string, generation = 1) =>
    policy([must('musthave', definition('m'))], {
      spec: { evaluationInterval: { compliant: interval, noncompliant: interval } },
      status: {
        compliant,
        lastEvaluated: '2026-01-02T03:00:00Z',
        lastEvaluatedGeneration: generation,
      },
    });

  test.each([
    ['never', { actions: [] }],
    ['10m', { actions: [], again: instant(Date.UTC(2026, 0, 2, 3, 10)) }],
  ])('of %s is kept', (interval, expected) => {
    expect(run({ cluster: [evaluated('Compliant', interval)] })).toEqual(expected);
  });

  test.each(['1m', 'watch', 'nonsense'])('of %s is over or none', (interval) => {
    expect(run({ cluster: [evaluated('Compliant', interval)] }).actions).not.toEqual([]);
  });

  test('is not kept for a new spec', () => {
    expect(run({ cluster: [evaluated('Compliant', 'never', 0)] }).actions).not.toEqual([]);
  });
});

describe('enforcing', () => {
  const enforce = (templates: readonly object[], status?: ConfigurationPolicyStatus) =>
    policy(templates, { spec: { remediationAction: 'Enforce' }, ...(status && { status }) });

  test('creates what is missing', () => {
    const { actions } = run({
      cluster: [enforce([must('musthave', definition('m', { a: '1' }))])],
    });
    expect(actions[0]).toMatchObject({
      do: 'create',
      at: 'cluster',
      object: { kind: 'ConfigMap', metadata: { name: 'm', namespace: 'shop' }, data: { a: '1' } },
    });
  });

  test('changes what differs, and that only, if nobody was faster', () => {
    const { actions } = run({
      cluster: [
        enforce([must('musthave', definition('m', { a: '1' }))]),
        map('m', { a: '2', b: '3' }),
      ],
    });
    expect(actions[0]).toMatchObject({
      do: 'patch',
      at: 'cluster',
      patch: { data: { a: '1' } },
      ifVersion: '4',
    });
  });

  test('takes away what only-have does not have', () => {
    const { actions } = run({
      cluster: [
        enforce([must('mustonlyhave', definition('m', { a: '1' }))]),
        map('m', { a: '1', b: '3' }),
      ],
    });
    expect(actions[0]).toMatchObject({ do: 'patch', patch: { data: { b: null } } });
  });

  test('deletes what must not be there, the very one that was seen', () => {
    const { actions } = run({
      cluster: [enforce([must('mustnothave', definition('m'))]), map('m')],
    });
    expect(actions[0]).toMatchObject({ do: 'delete', at: 'cluster', ifUid: 'uid-m' });
  });

  test('does nothing about objects it does not name', () => {
    const { actions } = run({
      cluster: [enforce([must('musthave', definition(null, { a: '1' }))])],
    });
    expect(verbs(actions)).toEqual(['patchStatus']);
  });

  test('says what it could not do', () => {
    const of = [must('musthave', definition('m', { a: '1' }))];
    const status = statusOf(run({ cluster: [enforce(of)] }).actions);
    const failure = { status: 403, reason: 'Forbidden', message: 'not allowed' };
    const { actions } = run({
      cluster: [enforce(of, status)],
      clusterAttempts: { [refKey(refOf(map('m')))]: { at: now, failure } },
    });
    expect(statusOf(actions).compliancyDetails?.[0]?.conditions?.[0]?.message).toContain(
      'cannot be created, reason: `not allowed`',
    );
  });
});

describe('pruning', () => {
  const related = (
    name: string,
    properties: object = { createdByPolicy: true, uid: `uid-${name}` },
  ) => ({
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' } },
    compliant: 'Compliant',
    reason: 'Resource found as expected',
    properties,
  });
  const finalizers = ['policy.open-cluster-management.io/delete-related-objects'];
  const pruning = (
    behavior: string,
    names: readonly string[],
    more: { relatedObjects?: readonly object[]; metadata?: object; remediation?: string } = {},
  ) =>
    policy(
      names.map((name) => must('musthave', definition(name))),
      {
        spec: { remediationAction: more.remediation ?? 'enforce', pruneObjectBehavior: behavior },
        status: { relatedObjects: (more.relatedObjects ?? []) as never },
        metadata: { finalizers, ...more.metadata },
      },
    );
  const deleted = (actions: readonly Action[]) =>
    actions.flatMap((action) => (action.do === 'delete' ? [action.of.name] : []));

  test('a policy that prunes gets a finalizer, one that does not loses it', () => {
    const bare = run({
      cluster: [pruning('DeleteAll', ['m'], { metadata: { finalizers: [] } })],
    }).actions;
    expect(bare).toEqual([
      expect.objectContaining({ do: 'patch', patch: { metadata: { finalizers } } }),
    ]);
    for (const other of [
      pruning('None', ['m']),
      pruning('DeleteAll', ['m'], { remediation: 'inform' }),
    ]) {
      expect(run({ cluster: [other] }).actions).toEqual([
        expect.objectContaining({ do: 'patch', patch: { metadata: { finalizers: [] } } }),
      ]);
    }
  });

  test.each([
    ['what it made', 'DeleteIfCreated', related('old'), ['old']],
    [
      'not what was there before',
      'DeleteIfCreated',
      related('old', { createdByPolicy: false, uid: 'uid-old' }),
      [],
    ],
    [
      'not what was made anew since',
      'DeleteIfCreated',
      related('old', { createdByPolicy: true, uid: 'another' }),
      [],
    ],
    [
      'everything where it says so',
      'DeleteAll',
      related('old', { createdByPolicy: false }),
      ['old'],
    ],
  ])('takes away what it is no longer about: %s', (_, behavior, one, expected) => {
    const { actions } = run({
      cluster: [pruning(behavior, ['m'], { relatedObjects: [one] }), map('m'), map('old')],
    });
    expect(deleted(actions)).toEqual(expected);
  });

  test('nothing while a kind is not known: the policy was not read whole', () => {
    const unknown = policy(
      [must('musthave', { apiVersion: 'a.io/v1', kind: 'Gadget', metadata: { name: 'g' } })],
      {
        spec: { remediationAction: 'enforce', pruneObjectBehavior: 'DeleteAll' },
        status: { relatedObjects: [related('old')] as never },
        metadata: { finalizers },
      },
    );
    expect(deleted(run({ cluster: [unknown, map('old')] }).actions)).toEqual([]);
  });

  test('a policy that goes takes its objects along, then goes', () => {
    const going = pruning('DeleteIfCreated', ['m'], {
      relatedObjects: [related('m')],
      metadata: { deletionTimestamp: 'x' },
    });
    const first = run({ cluster: [going, map('m')] });
    expect(deleted(first.actions)).toEqual(['m']);
    expect(first.alsoWatch).toHaveLength(1);
    expect(run({ cluster: [going] }).actions).toEqual([
      expect.objectContaining({ do: 'patch', patch: { metadata: { finalizers: [] } } }),
    ]);
  });
});

describe('from the root on the hub to the cluster and back', () => {
  let current: World | undefined;
  afterEach(() => current?.stop());
  const root = (remediationAction: string): Policy =>
    rootPolicy('p', {
      spec: {
        remediationAction,
        'policy-templates': [
          {
            objectDefinition: {
              apiVersion: 'policy.open-cluster-management.io/v1',
              kind: 'ConfigurationPolicy',
              metadata: { name: 'must-have-m' },
              spec: {
                remediationAction: 'inform',
                severity: 'low',
                'object-templates': [must('musthave', definition('m', { a: '1' }))],
              },
            },
          },
        ],
      },
    });
  const start = async (remediation: string): Promise<World> => {
    current = await world(
      [propagatePolicies()],
      [
        ...fleet(1),
        ...placed('prod', ['c1']),
        binding('b', 'prod', ['Policy/p']),
        root(remediation),
      ],
    );
    await current.settle();
    expect(current.errors()).toEqual([]);
    return current;
  };
  const compliance = ({ hub }: World) => hub.find(policyKind, 'shop', 'p')?.status?.compliant;

  test('it informs; then enforces, mends, and is compliant; and then nothing is written', async () => {
    const of = await start('inform');
    expect(compliance(of)).toBe('NonCompliant');
    expect(of.cluster.find(configMapKind, 'shop', 'm')).toBeUndefined();
    await edit(of.hub, refOf(root('inform')), { spec: { remediationAction: 'enforce' } });
    await of.settle();
    expect(of.cluster.find(configMapKind, 'shop', 'm')?.data).toEqual({ a: '1' });
    expect(compliance(of)).toBe('Compliant');
    const replica = of.hub.find(policyKind, 'c1', 'shop.p');
    expect(replica?.status?.details?.[0]?.history?.map(({ message }) => message)).toEqual([
      'Compliant; notification - configmaps [m] found as specified in namespace shop',
      'Compliant; notification - configmaps [m] was created successfully in namespace shop',
      'NonCompliant; violation - configmaps [m] not found in namespace shop',
    ]);
    const before = [...versions(of.hub), ...versions(of.cluster)];
    await of.restart();
    await of.settle();
    expect([...versions(of.hub), ...versions(of.cluster)]).toEqual(before);
  });

  test('a hand edit is mended', async () => {
    const of = await start('enforce');
    await edit(of.cluster, refOf(map('m')), { data: { a: 'by hand' } });
    await of.settle();
    expect(of.cluster.find(configMapKind, 'shop', 'm')?.data).toEqual({ a: '1' });
    expect(compliance(of)).toBe('Compliant');
  });

  test('a cluster that leaves keeps its objects and loses the policy', async () => {
    const of = await start('enforce');
    for (const object of placed('prod', [])) await put(of.hub, object);
    await of.settle();
    expect(of.cluster.objects(policyKind)).toEqual([]);
    expect(of.cluster.objects(configurationPolicyKind)).toEqual([]);
    expect(of.cluster.find(configMapKind, 'shop', 'm')).toBeDefined();
    expect(compliance(of)).toBeUndefined();
  });
});
