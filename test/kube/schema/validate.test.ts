import { describe, expect, it } from 'vitest';
import { findResource } from '../../../src/kube/kinds.ts';
import { applyDefaults } from '../../../src/kube/schema/defaults.ts';
import { schemaOf } from '../../../src/kube/schema/definitions.ts';
import { fieldErrorText, invalidText } from '../../../src/kube/schema/field-error.ts';
import { prune } from '../../../src/kube/schema/prune.ts';
import type { Schema } from '../../../src/kube/schema/schema.ts';
import { validate } from '../../../src/kube/schema/validate.ts';
import { probeSchema } from './probe-schema.ts';

const say = (schema: Schema, object: unknown) => validate(schema, object).map(fieldErrorText);
const ours = (group: string, plural: string): Schema => {
  const info = findResource(group, plural);
  const schema = info && schemaOf(info);
  if (!schema) throw new Error(`no schema of ${plural}`);
  return schema;
};

describe('validate', () => {
  const spec = (of: unknown) => say(probeSchema, { spec: of });

  it.each([
    [
      { i: 1.5 },
      'spec.i: Invalid value: "number": spec.i in body must be of type integer: "number"',
    ],
    [{ e: 'c' }, 'spec.e: Unsupported value: "c": supported values: "a", "b"'],
    [{ s: 'a' }, 'spec.s: Invalid value: "a": spec.s in body should be at least 2 chars long'],
    [{ s: 'abcdef' }, 'spec.s: Too long: may not be more than 4 bytes'],
    [{ arr: ['a', 'b', 'c'] }, 'spec.arr: Too many: 3: must have at most 2 items'],
    [
      { min: 11 },
      'spec.min: Invalid value: 11: spec.min in body should be less than or equal to 10',
    ],
    [{ set: ['a', 'a'] }, 'spec.set[1]: Duplicate value: "a"'],
    [
      { map: [{ name: 'a' }, { name: 'a', proto: 'TCP' }] },
      'spec.map[1]: Duplicate value: {"name":"a","proto":"TCP"}',
    ],
    [{ deep: { list: [{ k: 'a' }, {}] } }, 'spec.deep.list[1].k: Required value'],
    [{ not: 'no' }, '<nil>: Invalid value: "": "spec.not" must not validate the schema (not)'],
  ])('says of %j what kube-apiserver says', (of, text) => {
    expect(spec(of)).toEqual([text]);
  });

  it('accepts null where the schema allows it, and only there', () => {
    expect(spec({ nul: null })).toEqual([]);
    expect(spec({ arr: [null] })).toHaveLength(1);
  });

  it('leaves a pattern that is not ours to the port, and unchecked without one', () => {
    const schema: Schema = { type: 'string', pattern: '^(a+)+$' };
    expect(say(schema, 'b')).toEqual([]);
    expect(validate(schema, 'b', { matches: () => false })).toHaveLength(1);
    expect(validate(schema, 'b', { matches: () => undefined })).toEqual([]);
  });

  it('does not take a name of the object prototype for a property', () => {
    const object = JSON.parse('{"spec":{"__proto__":{"x":1},"constructor":5}}');
    expect(say(probeSchema, object)).toEqual([]);
    expect(prune(probeSchema, object).unknown).toEqual(['spec.__proto__', 'spec.constructor']);
    expect(prune(probeSchema, object).object).toEqual({ spec: {} });
  });

  it('stops at a hundred faults, however long the list', () => {
    const items = Array.from({ length: 100_000 }, () => 1);
    expect(spec({ set: items }).length).toBe(100);
  });

  it('refuses an object nested too deep without falling over', () => {
    let deep: unknown = 'x';
    for (let index = 0; index < 100_000; index++) deep = [deep];
    expect(say(probeSchema, { spec: { set: deep } })).toHaveLength(1);
  });
});

describe('schemas of OCM', () => {
  it('names the fault of a Placement as upstream’s does', () => {
    const placements = ours('cluster.open-cluster-management.io', 'placements');
    expect(
      say(placements, {
        spec: {
          numberOfClusters: 'three',
          tolerations: [{ key: 'a b', effect: 'NoExecute' }],
          decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: '0%' } },
        },
      }),
    ).toEqual([
      'spec.numberOfClusters: Invalid value: "string": spec.numberOfClusters in body must be of type integer: "string"',
      expect.stringContaining('spec.tolerations[0].key: Invalid value: "a b"'),
      'spec.tolerations[0].effect: Unsupported value: "NoExecute": supported values: "NoSelect", "PreferNoSelect", "NoSelectIfNew"',
      expect.stringContaining(
        'spec.decisionStrategy.groupStrategy.clustersPerDecisionGroup: Invalid value: "0%"',
      ),
    ]);
    expect(say(placements, {})).toEqual(['spec: Required value']);
  });

  it('fills in the defaults of a ManagedClusterSet down to the last', () => {
    const sets = ours('cluster.open-cluster-management.io', 'managedclustersets');
    const exclusive = { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' } };
    expect(applyDefaults(sets, {})).toEqual({ spec: exclusive });
    expect(applyDefaults(sets, { spec: null })).toEqual({ spec: exclusive });
    expect(applyDefaults(sets, { spec: { clusterSelector: {} } })).toEqual({ spec: exclusive });
  });

  it('fills in the defaults of a rollout strategy', () => {
    const sets = ours('work.open-cluster-management.io', 'manifestworkreplicasets');
    const filled = applyDefaults(sets, { spec: { placementRefs: [{ name: 'a' }] } });
    expect(filled).toEqual({
      spec: {
        cascadeDeletionPolicy: 'Background',
        placementRefs: [
          {
            name: 'a',
            rolloutStrategy: {
              type: 'All',
              all: { progressDeadline: 'None', minSuccessTime: '0', maxFailures: 0 },
            },
          },
        ],
      },
    });
    expect(say(sets, filled)).toEqual([]);
  });

  it('wants one form of templates in a ConfigurationPolicy', () => {
    const policies = ours('policy.open-cluster-management.io', 'configurationpolicies');
    const base = { remediationAction: 'inform' };
    const list = { ...base, 'object-templates': [] };
    expect(say(policies, { spec: list })).toEqual([]);
    expect(say(policies, { spec: { ...list, 'object-templates-raw': '' } })).toEqual([
      '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ]);
  });

  it.each(['never', 'watch', '10s', '1h30m', '1.5h', '250ms'])('takes the interval %s', (value) => {
    const policies = ours('policy.open-cluster-management.io', 'configurationpolicies');
    const spec = {
      remediationAction: 'inform',
      'object-templates': [],
      evaluationInterval: { compliant: value },
    };
    expect(say(policies, { spec })).toEqual([]);
  });

  it('judges an interval that would keep a backtracking engine busy for ever', () => {
    const policies = ours('policy.open-cluster-management.io', 'configurationpolicies');
    const spec = {
      remediationAction: 'inform',
      'object-templates': [],
      evaluationInterval: { compliant: `${'1h'.repeat(2000)}x` },
    };
    expect(say(policies, { spec })).toHaveLength(1);
  });

  it('keeps everything in a manifest and nothing unknown beside it', () => {
    const works = ours('work.open-cluster-management.io', 'manifestworks');
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { x: 1 }, anything: { a: [1] } };
    const { object, unknown } = prune(works, {
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'ManifestWork',
      metadata: { name: 'w' },
      spec: { workload: { manifests: [manifest], typo: 1 } },
    });
    expect(object.spec.workload).toEqual({ manifests: [manifest] });
    expect(unknown).toEqual(['spec.workload.typo']);
    expect(say(works, { spec: { workload: { manifests: [{}] } } })).toEqual([
      'spec.workload.manifests[0].apiVersion: Required value',
      'spec.workload.manifests[0].kind: Required value',
    ]);
  });
});

describe('invalidText', () => {
  const errors = validate(probeSchema, { spec: { i: 'x', b: 1 } });
  it('names the object and puts several faults in brackets', () => {
    expect(invalidText({ group: 'x.test', kind: 'Probe', name: 'a' }, errors)).toBe(
      'Probe.x.test "a" is invalid: [spec.i: Invalid value: "string": spec.i in body must be of type integer: "string", spec.b: Invalid value: "integer": spec.b in body must be of type boolean: "integer"]',
    );
    expect(invalidText({ group: '', kind: 'Pod', name: 'a' }, errors.slice(0, 1))).toMatch(
      /^Pod "a" is invalid: spec\.i: /,
    );
  });
});
