import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { ruleCel } from '../../../../src/runtime/agent/cel.ts';
import { conditionsByRules } from '../../../../src/runtime/agent/status/condition-rules.ts';
import { trackingOf } from '../../../../src/runtime/hub/rollout/tracking.ts';

const cel = ruleCel();

/** What the agent makes of the hub's default rules on an object: `Progressing/Degraded`. */
function judge(group: string, kind: string, object: object): string {
  const config = trackingOf({ group, kind, namespace: 'shop', name: 'web' }, 'x');
  const live = {
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name: 'web', generation: 2 },
    ...object,
  };
  const made = conditionsByRules(live as KubeObject, config?.conditionRules ?? [], { cel });
  for (const { reason, message } of made)
    expect(`${reason} ${message}`).toMatch(/^ConditionRuleEvaluated/);
  return made.map(({ status }) => status).join('/');
}
const done = {
  observedGeneration: 2,
  replicas: 3,
  updatedReplicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
};

describe('default rules', () => {
  test.each([
    ['new, without a status', {}, 'True/False'],
    ['rolled out', { status: done }, 'False/False'],
    [
      'not seen by its controller yet',
      { status: { ...done, observedGeneration: 1 } },
      'True/False',
    ],
    ['half updated', { status: { ...done, updatedReplicas: 2 } }, 'True/False'],
    ['with old pods', { status: { ...done, replicas: 4 } }, 'True/False'],
    ['not available', { status: { ...done, availableReplicas: 2 } }, 'True/False'],
    [
      'past its deadline',
      {
        status: {
          ...done,
          availableReplicas: 2,
          conditions: [{ type: 'Progressing', status: 'False' }],
        },
      },
      'True/True',
    ],
    [
      'past the deadline of an older spec',
      {
        status: {
          ...done,
          observedGeneration: 1,
          conditions: [{ type: 'Progressing', status: 'False' }],
        },
      },
      'True/False',
    ],
    [
      'that cannot make pods',
      {
        status: { observedGeneration: 2, conditions: [{ type: 'ReplicaFailure', status: 'True' }] },
      },
      'True/True',
    ],
  ])('a Deployment %s', (_, more, expected) => {
    expect(judge('apps', 'Deployment', { spec: { replicas: 3 }, ...more })).toBe(expected);
  });

  test('a Deployment of one replica, which is the default, and of none', () => {
    const one = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    expect(judge('apps', 'Deployment', { spec: {}, status: one })).toBe('False/False');
    expect(
      judge('apps', 'Deployment', { spec: { replicas: 0 }, status: { observedGeneration: 2 } }),
    ).toBe('False/False');
  });

  const revisions = { currentRevision: 'r2', updateRevision: 'r2' };
  test.each([
    ['new', {}, 'True'],
    ['rolled out', { status: { ...done, ...revisions } }, 'False'],
    [
      'with an old revision',
      { status: { ...done, currentRevision: 'r1', updateRevision: 'r2' } },
      'True',
    ],
    ['not ready', { status: { ...done, ...revisions, readyReplicas: 2 } }, 'True'],
    [
      'rolled out up to its partition',
      {
        spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        status: { ...done, updatedReplicas: 1, currentRevision: 'r1', updateRevision: 'r2' },
      },
      'False',
    ],
    [
      'updated on delete only',
      {
        spec: { replicas: 3, updateStrategy: { type: 'OnDelete' } },
        status: { ...done, updatedReplicas: 0 },
      },
      'False',
    ],
  ])('a StatefulSet %s', (_, more, expected) => {
    expect(judge('apps', 'StatefulSet', { spec: { replicas: 3 }, ...more })).toBe(expected);
  });

  const daemons = {
    observedGeneration: 2,
    desiredNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
  };
  test.each([
    ['new', {}, 'True'],
    ['rolled out', { status: daemons }, 'False'],
    ['half updated', { status: { ...daemons, updatedNumberScheduled: 2 } }, 'True'],
    ['not available', { status: { ...daemons, numberAvailable: 2 } }, 'True'],
  ])('a DaemonSet %s', (_, more, expected) => {
    expect(judge('apps', 'DaemonSet', more)).toBe(expected);
  });

  test.each([
    ['new', {}, 'True/False'],
    ['complete', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }, 'False/False'],
    ['failed', { status: { conditions: [{ type: 'Failed', status: 'True' }] } }, 'True/True'],
  ])('a Job %s', (_, more, expected) => {
    expect(judge('batch', 'Job', more)).toBe(expected);
  });

  test('other kinds have none', () => {
    expect(
      trackingOf({ group: '', kind: 'ConfigMap', namespace: '', name: 'x' }, 'configmaps'),
    ).toBe(null);
  });
});

describe('CEL of rules', () => {
  const object = { status: { conditions: [{ type: 'Ready', status: 'True' }], phase: 'Up' } };

  test.each([
    ['hasConditions(object.status)', { ok: true, value: true }],
    ['object.status.phase == "Up"', { ok: true, value: true }],
    ['object.status.missing == 1', { ok: false, error: expect.stringContaining('no such key') }],
    ['object.', { ok: false, error: expect.stringContaining('compilation failed') }],
    ['1', { ok: true, value: { type: 'int' } }],
    ['managedCluster', { ok: false, error: expect.stringContaining('undeclared reference') }],
    ['result', { ok: false, error: expect.stringContaining('undeclared reference') }],
  ])('%s', (expression, expected) => {
    expect(cel(expression, { object })).toEqual(expected);
  });

  test('of messages knows the result', () => {
    expect(cel('result ? "yes" : "no"', { object, result: true })).toEqual({
      ok: true,
      value: 'yes',
    });
  });
});
