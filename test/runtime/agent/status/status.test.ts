import { describe, expect, test } from 'vitest';
import type { ManifestCondition } from '../../../../src/kube/ocm/work.ts';
import { aggregate } from '../../../../src/runtime/agent/status/aggregate.ts';
import { conditionsByRules } from '../../../../src/runtime/agent/status/condition-rules.ts';
import { feedbackOf } from '../../../../src/runtime/agent/status/feedback.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  status: {
    readyReplicas: 2,
    replicas: 3,
    ratio: 0.5,
    conditions: [{ type: 'A' }, { type: 'B' }],
    paused: false,
  },
};

describe('feedbackOf', () => {
  test('gives the well-known values of a kind, without those that are not there', () => {
    expect(feedbackOf(deployment, [{ type: 'WellKnownStatus' }])).toEqual({
      values: [
        { name: 'ReadyReplicas', fieldValue: { type: 'Integer', integer: 2 } },
        { name: 'Replicas', fieldValue: { type: 'Integer', integer: 3 } },
      ],
      condition: {
        type: 'StatusFeedbackSynced',
        status: 'True',
        reason: 'StatusFeedbackSynced',
        message: '',
      },
    });
  });

  test('says that a kind has none', () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } };
    expect(feedbackOf(map, [{ type: 'WellKnownStatus' }]).condition).toMatchObject({
      status: 'False',
      message:
        'Sync status feedback failed with error cannot find the wellknown statuses for resource with gvk /v1, Kind=ConfigMap',
    });
  });

  test('gives texts, booleans, and everything else as JSON', () => {
    const paths = [
      { name: 'kind', path: '.kind' },
      { name: 'paused', path: '.status.paused' },
      { name: 'ratio', path: '.status.ratio' },
      { name: 'types', path: '.status.conditions[*].type' },
      { name: 'missing', path: '.status.missing' },
    ];
    const { values } = feedbackOf(deployment, [{ type: 'JSONPaths', jsonPaths: paths }]);
    expect(values.map(({ fieldValue }) => fieldValue)).toEqual([
      { type: 'String', string: 'Deployment' },
      { type: 'Boolean', boolean: false },
      { type: 'JsonRaw', jsonRaw: '0.5' },
      { type: 'JsonRaw', jsonRaw: '["A","B"]' },
    ]);
  });

  test('as upstream: the first value only, and no numbers but integers', () => {
    const paths = [
      { name: 'types', path: '.status.conditions[*].type' },
      { name: 'ratio', path: '.status.ratio' },
      { name: 'list', path: '.status.conditions' },
    ];
    const { values, condition } = feedbackOf(
      deployment,
      [{ type: 'JSONPaths', jsonPaths: paths }],
      'upstream',
    );
    expect(values).toEqual([{ name: 'types', fieldValue: { type: 'String', string: 'A' } }]);
    expect(condition.message).toBe(
      'Sync status feedback failed with error [the type float64 of the value for ratio is not found, ' +
        'the type []interface {} of the value for list is not found]',
    );
  });

  test('refuses another version, an unreadable path and a text that is too long', () => {
    const long = { ...deployment, status: { list: Array.from({ length: 600 }, () => 1.5) } };
    const paths = [
      { name: 'v', path: '.kind', version: 'v2' },
      { name: 'p', path: '.[' },
      { name: 'l', path: '.status.list' },
    ];
    const { message } = feedbackOf(long, [{ type: 'JSONPaths', jsonPaths: paths }]).condition;
    expect(message).toContain('version set in the path v is not matched');
    expect(message).toContain('failed to parse json path .[ of p');
    expect(message).toContain('larger than the maximum length 1024');
  });
});

const manifest = (
  ...conditions: readonly (readonly [string, 'True' | 'False' | 'Unknown', string?])[]
): ManifestCondition => ({
  resourceMeta: { ordinal: 0 },
  conditions: conditions.map(([type, status, message = '']) => ({
    type,
    status,
    reason: type === 'Available' ? 'ResourceAvailable' : 'ConditionRuleEvaluated',
    message,
  })),
});

describe('aggregate', () => {
  test.each([
    [[], 'Unknown', 'cannot get any available resource '],
    [[manifest(['Available', 'True'])], 'True', 'All resources are available'],
    [
      [manifest(['Available', 'True']), manifest(['Available', 'False'])],
      'False',
      '1 of 2 resources are not available',
    ],
    [
      [manifest(['Available', 'True']), manifest(['Available', 'Unknown'])],
      'Unknown',
      '1 of 2 resources have unknown status',
    ],
  ] as const)('Available of %j', (manifests, status, message) => {
    expect(aggregate(manifests, 4)).toEqual([
      expect.objectContaining({ type: 'Available', status, message, observedGeneration: 4 }),
    ]);
  });

  const twoOf = (type: string, a: 'True' | 'False', b: 'True' | 'False', compat?: 'upstream') =>
    aggregate([manifest([type, a]), manifest([type, b])], 1, compat).find(
      (one) => one.type === type,
    )?.status;

  test('Progressing: any True wins', () => {
    expect(twoOf('Progressing', 'True', 'False')).toBe('True');
    expect(twoOf('Progressing', 'False', 'False')).toBe('False');
  });

  test('Degraded: any True wins; upstream lets False win', () => {
    expect(twoOf('Degraded', 'True', 'False')).toBe('True');
    expect(twoOf('Degraded', 'True', 'False', 'upstream')).toBe('False');
  });

  test('everything else: any False wins', () => {
    expect(twoOf('Complete', 'True', 'False')).toBe('False');
  });

  test('one condition keeps its message', () => {
    const [, one] = aggregate([manifest(['Progressing', 'True', 'rolling'])], 1);
    expect(one).toMatchObject({ reason: 'ConditionRulesAggregated', message: 'rolling' });
    const both = [manifest(['Complete', 'True', 'a']), manifest(['Complete', 'True', 'b'])];
    const two = aggregate(both, 1).find(({ type }) => type === 'Complete');
    expect(two?.message).toBe('Aggregated from 2 manifest conditions');
  });
});

describe('conditionsByRules', () => {
  const answers = new Map<string, unknown>([
    ['yes', true],
    ['no', false],
    ['text', 'hello'],
    ['number', 1],
  ]);
  const cel = (expression: string) =>
    answers.has(expression)
      ? ({ ok: true, value: answers.get(expression) } as const)
      : ({ ok: false, error: `cannot evaluate ${expression}` } as const);
  const rule = (celExpressions: readonly string[], more: object = {}) =>
    conditionsByRules(
      deployment,
      [{ type: 'CEL', condition: 'Progressing', celExpressions, ...more }],
      { cel },
    )[0];

  test.each([
    [['yes', 'yes'], 'True', 'ConditionRuleEvaluated', 'Manifest is Progressing'],
    [['yes', 'no', 'broken'], 'False', 'ConditionRuleEvaluated', 'Manifest is not Progressing'],
    [['broken'], 'False', 'ConditionRuleExpressionError', 'cannot evaluate broken'],
    [['number'], 'False', 'ConditionRuleExpressionError', 'expected bool result, got number'],
  ] as const)('%j', (expressions, status, reason, message) => {
    expect(rule(expressions)).toEqual({ type: 'Progressing', status, reason, message });
  });

  test('messages: the expression, else the text', () => {
    expect(rule(['yes'], { message: 'plain' })?.message).toBe('plain');
    expect(rule(['yes'], { message: 'plain', messageExpression: 'text' })?.message).toBe('hello');
    expect(rule(['yes'], { messageExpression: 'number' })?.message).toContain(
      'to have a string result',
    );
    expect(rule(['yes'], { messageExpression: 'broken' })?.message).toBe('cannot evaluate broken');
  });

  test('Complete of a Job, and of nothing else', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' } };
    const failed = { ...job, status: { conditions: [{ type: 'Failed', status: 'True' }] } };
    const complete = [{ type: 'WellKnownConditions', condition: 'Complete' }] as const;
    expect(conditionsByRules(job, complete, { cel })[0]).toMatchObject({
      status: 'False',
      message: 'Job is not finished',
    });
    expect(conditionsByRules(failed, complete, { cel })[0]).toMatchObject({
      status: 'True',
      message: 'Job is finished',
    });
    expect(conditionsByRules(deployment, complete, { cel })[0]).toMatchObject({
      status: 'Unknown',
      reason: 'ConditionRuleInvalid',
    });
    expect(conditionsByRules(deployment, complete, { cel, compat: 'upstream' })).toEqual([]);
  });

  test('Complete of a Pod says the phase', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      status: { phase: 'Succeeded' },
    };
    const rules = [{ type: 'WellKnownConditions', condition: 'Complete' }] as const;
    expect(conditionsByRules(pod, rules, { cel })[0]).toMatchObject({
      status: 'True',
      message: 'Pod is in phase Succeeded',
    });
  });
});
