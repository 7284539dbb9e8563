import { describe, expect, test } from 'vitest';
import { instant, plus } from '../../../../src/base/instant.ts';
import type { JsonObject } from '../../../../src/base/json.ts';
import { type KubeObject, refKey } from '../../../../src/kube/object.ts';
import type { ConfigurationPolicy, Policy, PolicyStatus } from '../../../../src/kube/ocm/policy.ts';
import { stateOf } from '../../../../src/runtime/agent/policy/compliance.ts';
import { syncPolicies } from '../../../../src/runtime/agent/policy/sync.ts';
import type { Action } from '../../../../src/runtime/control/controller.ts';
import { type SnapshotInput, snapshotOf } from '../../../support/snapshot.ts';

const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const controller = syncPolicies({ clusterName: 'c1' });
const run = (input: SnapshotInput) =>
  controller.reconcile(
    'shop.p',
    snapshotOf({ ...input, cluster: [namespace, ...(input.cluster ?? [])] }),
    now,
  );
const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'c1' } };
const labels = {
  'policy.open-cluster-management.io/root-policy': 'shop.p',
  'policy.open-cluster-management.io/cluster-name': 'c1',
  'policy.open-cluster-management.io/cluster-namespace': 'c1',
};

const template = (name: string, more: object = {}): JsonObject => ({
  apiVersion: 'policy.open-cluster-management.io/v1',
  kind: 'ConfigurationPolicy',
  metadata: { name },
  spec: { remediationAction: 'inform', severity: 'low' },
  ...more,
});
const policy = (
  templates: readonly unknown[],
  more: { spec?: object; status?: PolicyStatus; uid?: string } = {},
): Policy => ({
  apiVersion: 'policy.open-cluster-management.io/v1',
  kind: 'Policy',
  metadata: { name: 'shop.p', namespace: 'c1', labels, uid: more.uid ?? 'uid-p' },
  spec: {
    disabled: false,
    'policy-templates': templates.map((objectDefinition) => ({
      objectDefinition: objectDefinition as JsonObject,
    })),
    ...more.spec,
  },
  ...(more.status && { status: more.status }),
});
const live = (
  name: string,
  status: ConfigurationPolicy['status'] = {},
  parent: string | null = 'shop.p',
): ConfigurationPolicy => ({
  apiVersion: 'policy.open-cluster-management.io/v1',
  kind: 'ConfigurationPolicy',
  metadata: {
    name,
    namespace: 'c1',
    uid: `uid-${name}`,
    generation: 1,
    ...(parent !== null && { labels: { 'policy.open-cluster-management.io/policy': parent } }),
  },
  spec: { remediationAction: 'inform' },
  status: { lastEvaluatedGeneration: 1, ...status },
});
const violated = (message: string): ConfigurationPolicy['status'] => ({
  compliant: 'NonCompliant',
  compliancyDetails: [{ Compliant: 'NonCompliant', conditions: [{ type: 'violation', message }] }],
});
const fine = (message: string): ConfigurationPolicy['status'] => ({
  compliant: 'Compliant',
  compliancyDetails: [{ Compliant: 'Compliant', conditions: [{ type: 'notification', message }] }],
});
const applied = (actions: readonly Action[], kind: string) =>
  actions.flatMap((action) =>
    action.do === 'apply' && action.object.kind === kind ? [action.object] : [],
  );
const deleted = (actions: readonly Action[]) =>
  actions.flatMap((action) =>
    action.do === 'delete' ? [`${action.of.kind}/${action.of.name}`] : [],
  );
const statusOf = (actions: readonly Action[], at: 'hub' | 'cluster' = 'hub'): PolicyStatus => {
  const patch = actions.find(
    (action) => action.do === 'patchStatus' && (action.at ?? 'hub') === at,
  );
  if (patch?.do !== 'patchStatus') throw new Error('no status');
  return patch.status as PolicyStatus;
};
const newest = (actions: readonly Action[]) =>
  statusOf(actions).details?.map((detail) => detail.history?.[0]?.message);

describe('a policy', () => {
  test('is copied to the cluster, into a namespace that is made for it', () => {
    const bare = controller.reconcile(
      'shop.p',
      snapshotOf({ hub: [policy([template('t')])] }),
      now,
    );
    expect(bare.actions).toMatchObject([
      { do: 'create', at: 'cluster', object: { kind: 'Namespace', metadata: { name: 'c1' } } },
    ]);
    const { actions } = run({ hub: [policy([template('t')])] });
    expect(actions).toMatchObject([
      {
        do: 'apply',
        at: 'cluster',
        object: { metadata: { name: 'shop.p', namespace: 'c1', labels } },
      },
    ]);
    expect(applied(actions, 'Policy')[0]?.metadata).not.toHaveProperty('uid');
  });

  test('goes with its copy on the hub, and takes its templates along', () => {
    expect(deleted(run({ cluster: [policy([]), live('t')] }).actions)).toEqual([
      'ConfigurationPolicy/t',
      'Policy/shop.p',
    ]);
  });

  test('stays while whatever answers for the hub does not even know policies', () => {
    const unknownKinds = ['policy.open-cluster-management.io/Policy'];
    const outcome = run({ cluster: [policy([]), live('t')], unknownKinds });
    expect(outcome.actions).toEqual([]);
    expect(outcome.again).toBe(plus(now, 30_000));
  });

  test('that somebody made on the cluster stays', () => {
    const local = { ...policy([]), metadata: { name: 'shop.p', namespace: 'c1' } };
    expect(run({ cluster: [local] }).actions).toEqual([]);
  });
});

describe('templates', () => {
  const both = (
    more: Parameters<typeof policy>[1] = {},
    templates: readonly unknown[] = [template('t')],
  ) => ({
    hub: [policy(templates, more)],
    cluster: [policy(templates, { ...more, uid: 'uid-on-cluster' })],
  });

  test('become objects the policy owns, labelled as upstream', () => {
    const [made] = applied(run(both()).actions, 'ConfigurationPolicy');
    expect(made?.metadata).toEqual({
      name: 't',
      namespace: 'c1',
      labels: {
        'policy.open-cluster-management.io/policy': 'shop.p',
        'policy.open-cluster-management.io/cluster-name': 'c1',
        'policy.open-cluster-management.io/cluster-namespace': 'c1',
      },
      ownerReferences: [
        {
          apiVersion: 'policy.open-cluster-management.io/v1',
          kind: 'Policy',
          name: 'shop.p',
          uid: 'uid-on-cluster',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
  });

  test.each([
    ['nothing', undefined, 'inform', 'inform'],
    ['enforce', 'enforce', 'inform', 'enforce'],
    ['Inform, letters and all', 'Inform', 'enforce', 'Inform'],
    ['enforce, but the template is for information only', 'enforce', 'informOnly', 'inform'],
  ])('do what the policy says: %s', (_, over, own, expected) => {
    const input = both(over === undefined ? {} : { spec: { remediationAction: over } }, [
      template('t', { spec: { remediationAction: own } }),
    ]);
    const [made] = applied(run(input).actions, 'ConfigurationPolicy');
    expect(made?.spec).toMatchObject({ remediationAction: expected });
  });

  test('that are no longer listed are removed', () => {
    const input = both();
    expect(
      deleted(run({ ...input, cluster: [...input.cluster, live('t'), live('old')] }).actions),
    ).toEqual(['ConfigurationPolicy/old']);
  });

  test.each([
    ['null', null, 'Failed to decode policy template with err: it is not an object'],
    [
      'nameless',
      template('', { metadata: {} }),
      'Failed to get name from policy template at index 0',
    ],
    [
      'of another kind',
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 't' } },
      'policy-template kind is not supported: /v1, Kind=Pod',
    ],
  ])('that are %s are errors', (_, bad, message) => {
    const { actions } = run(both({}, [bad]));
    expect(newest(actions)).toEqual([`NonCompliant; template-error; ${message}`]);
    expect(statusOf(actions).compliant).toBe('NonCompliant');
  });

  test('with one name are all errors', () => {
    const { actions } = run(both({}, [template('t'), template('t')]));
    expect(applied(actions, 'ConfigurationPolicy')).toEqual([]);
    expect(newest(actions)?.[1]).toContain('There are duplicate names');
  });

  test.each([
    ['another policy’s', 'shop.q', 'already exists in policy shop.q'],
    ['nobody’s', null, 'already exists outside of a Policy'],
  ])('never overwrite %s', (_, parent, message) => {
    const input = both();
    const { actions } = run({ ...input, cluster: [...input.cluster, live('t', {}, parent)] });
    expect(applied(actions, 'ConfigurationPolicy')).toEqual([]);
    expect(newest(actions)?.[0]).toContain(message);
  });

  test('that the cluster refuses say why', () => {
    const ref = {
      group: 'policy.open-cluster-management.io',
      kind: 'ConfigurationPolicy',
      namespace: 'c1',
      name: 't',
    };
    const failure = { status: 422, reason: 'Invalid', message: 'spec is invalid' };
    const { actions } = run({
      ...both(),
      clusterAttempts: { [refKey(ref)]: { at: now, failure } },
    });
    expect(newest(actions)).toEqual([
      'NonCompliant; template-error; Failed to create policy template: spec is invalid',
    ]);
  });
});

describe('dependencies', () => {
  const dependency = {
    apiVersion: 'policy.open-cluster-management.io/v1',
    kind: 'Policy',
    name: 'shop.a',
    compliance: 'Compliant',
  } as const;
  const waiting = (more: object = {}) => {
    const templates = [{ objectDefinition: template('t'), ...more }];
    const spec = { dependencies: [dependency], 'policy-templates': templates };
    return { hub: [policy([], { spec })], cluster: [policy([], { spec }), live('t')] };
  };
  const other = (compliant: 'Compliant' | 'NonCompliant'): Policy => ({
    ...policy([]),
    metadata: { name: 'shop.a', namespace: 'c1' },
    status: { compliant },
  });

  test('that do not hold keep the template away', () => {
    const input = waiting();
    const { actions, alsoWatch } = run({
      ...input,
      cluster: [...input.cluster, other('NonCompliant')],
    });
    expect(deleted(actions)).toEqual(['ConfigurationPolicy/t']);
    expect(newest(actions)).toEqual([
      'Pending; Dependencies were not satisfied: 1 is still pending (Policy shop.a)',
    ]);
    expect(statusOf(actions).compliant).toBe('Pending');
    expect(alsoWatch?.map(({ ref }) => ref.name)).toContain('shop.a');
  });

  test('that hold do not', () => {
    const input = waiting();
    const { actions } = run({ ...input, cluster: [...input.cluster, other('Compliant')] });
    expect(applied(actions, 'ConfigurationPolicy')).toHaveLength(1);
  });

  test('may be ignored in the state', () => {
    expect(statusOf(run(waiting({ ignorePending: true })).actions).compliant).toBe('Compliant');
  });
});

describe('the status', () => {
  const reporting = (
    status: PolicyStatus | undefined,
    ...templates: readonly ConfigurationPolicy[]
  ) => {
    const definitions = templates.map(({ metadata }) => template(metadata.name));
    return {
      hub: [policy(definitions)],
      cluster: [policy(definitions, { ...(status && { status }) }), ...templates],
    };
  };

  test('is what the templates say, on the cluster and on the hub', () => {
    const { actions } = run(
      reporting(undefined, live('a', fine('all is well')), live('b', violated('not found'))),
    );
    const expected = {
      compliant: 'NonCompliant',
      details: [
        {
          templateMeta: { name: 'a' },
          compliant: 'Compliant',
          history: [
            {
              eventName: expect.stringMatching(/^shop\.p\.[0-9a-f]+$/),
              lastTimestamp: '2026-01-02T03:04:05Z',
              message: 'Compliant; notification - all is well',
            },
          ],
        },
        expect.objectContaining({ compliant: 'NonCompliant' }),
      ],
    };
    expect(statusOf(actions)).toEqual(expected);
    expect(statusOf(actions, 'cluster')).toEqual(expected);
    expect(actions).toContainEqual(
      expect.objectContaining({
        do: 'record',
        type: 'Warning',
        reason: 'policy: c1/b',
        message: 'NonCompliant; violation - not found',
      }),
    );
  });

  test('keeps ten messages, the newest first, and adds none that is not new', () => {
    const history = Array.from({ length: 10 }, (_, at) => ({
      message: `Compliant; notification - ${at}`,
      eventName: `e${at}`,
      lastTimestamp: 'x',
    }));
    const status: PolicyStatus = { details: [{ templateMeta: { name: 'a' }, history }] };
    const same = run(reporting(status, live('a', fine('0')))).actions;
    expect(statusOf(same).details?.[0]?.history).toEqual(history);
    expect(same.some((action) => action.do === 'record')).toBe(false);
    const other = statusOf(run(reporting(status, live('a', violated('gone')))).actions);
    expect(other.details?.[0]?.history).toHaveLength(10);
    expect(other.details?.[0]?.history?.[0]?.message).toBe('NonCompliant; violation - gone');
  });

  test('loses nothing a template said in between', () => {
    const entry = (second: number, message: string) => ({
      lastTimestamp: `2026-01-02T03:00:0${second}Z`,
      message,
    });
    const said = [entry(3, 'Compliant; c'), entry(2, 'NonCompliant; b'), entry(1, 'Compliant; a')];
    const of = live('a', { compliant: 'Compliant', history: said });
    const first = run(reporting(undefined, of)).actions;
    const history = statusOf(first).details?.[0]?.history ?? [];
    expect(history.map(({ message }) => message)).toEqual([
      'Compliant; c',
      'NonCompliant; b',
      'Compliant; a',
    ]);
    expect(first.flatMap((action) => (action.do === 'record' ? [action.message] : []))).toEqual([
      'Compliant; a',
      'NonCompliant; b',
      'Compliant; c',
    ]);
    const again = run(
      reporting({ details: [{ templateMeta: { name: 'a' }, history }] }, of),
    ).actions;
    expect(statusOf(again).details?.[0]?.history).toEqual(history);
    expect(again.some((action) => action.do === 'record')).toBe(false);
  });

  test('while a template is silent is what it was', () => {
    const status: PolicyStatus = { compliant: 'Compliant' };
    expect(statusOf(run(reporting(status, live('a'))).actions).compliant).toBe('Compliant');
    expect(statusOf(run(reporting(undefined, live('a'))).actions).compliant).toBe(null);
  });

  test('does not believe what was said of an older spec', () => {
    const stale = live('a', { ...fine('old'), lastEvaluatedGeneration: 0 });
    expect(statusOf(run(reporting(undefined, stale)).actions).details?.[0]).not.toHaveProperty(
      'compliant',
    );
  });

  test.each([
    ['Compliant; x', 'Compliant'],
    ['  (combined from similar events): x', 'NonCompliant'],
    ['(combined from similar events): Compliant; x', 'Compliant'],
    ['pending; x', 'Pending'],
    ['anything', 'NonCompliant'],
    [undefined, undefined],
  ])('state of %j', (message, state) => {
    expect(stateOf(message)).toBe(state);
  });
});
