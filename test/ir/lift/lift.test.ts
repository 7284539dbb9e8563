import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { parseYaml } from '../../../src/kube/yaml.ts';
import { expectRoundTrip } from './round-trip.ts';

const shared = new URL('../../../../shared/conformance/', import.meta.url);

const placementObject = (spec: Json, metadata: object = {}): KubeObject => ({
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  metadata: { name: 'p', namespace: 'ns', ...metadata },
  spec,
});

describe('a placement', () => {
  test('keeps its selectors and CEL verbatim, valid or not', () => {
    const labelSelector = {
      matchLabels: { a: '1' },
      matchExpressions: [{ key: 'b', operator: 'Gt' }],
    };
    const claimSelector = { matchExpressions: [{ key: 'c', operator: 'In', values: ['x y'] }] };
    const [decl] = expectRoundTrip([
      placementObject({
        predicates: [
          { requiredClusterSelector: { labelSelector, claimSelector } },
          { requiredClusterSelector: { celSelector: { celExpressions: ['a', 'b ||'] } } },
        ],
      }),
    ]);
    expect(decl).toMatchObject({
      kind: 'placement',
      where: {
        op: 'or',
        args: [
          {
            op: 'and',
            args: [
              { op: 'selector', over: 'label', selector: labelSelector },
              { op: 'selector', over: 'claim', selector: claimSelector },
            ],
          },
          {
            op: 'and',
            args: [
              { op: 'cel', source: 'a' },
              { op: 'cel', source: 'b ||' },
            ],
          },
        ],
      },
    });
    expect(decl).not.toHaveProperty('raw');
  });

  test('of twenty predicates, or of the same ones, keeps them', () => {
    const predicate = {
      requiredClusterSelector: {
        labelSelector: { matchLabels: { a: '1', b: '2', c: '3' } },
        celSelector: { celExpressions: ['true'] },
      },
    };
    const [decl] = expectRoundTrip([placementObject({ predicates: Array(20).fill(predicate) })]);
    expect(decl).not.toHaveProperty('raw');
  });

  test('keeps what the IR has no place for in raw', () => {
    const spreadPolicy = {
      spreadConstraints: [{ topologyKey: 'zone', topologyKeyType: 'Label', later: 1 }],
    };
    const [decl] = expectRoundTrip([
      placementObject({ spreadPolicy, scoreRateLimit: 60 }, { finalizers: ['f'] }),
    ]);
    expect(decl).toMatchObject({
      kind: 'placement',
      raw: { metadata: { finalizers: ['f'] }, spec: { spreadPolicy, scoreRateLimit: 60 } },
    });
  });

  test('keeps what it is spread over, and how often it is scored', () => {
    const constraint = { topologyKey: 'zone', topologyKeyType: 'Claim', maxSkew: 2 } as const;
    const spreadPolicy = {
      spreadConstraints: [{ ...constraint, whenUnsatisfiable: 'DoNotSchedule' }],
    };
    const [decl] = expectRoundTrip([placementObject({ spreadPolicy, scoreRateLimit: '90s' })]);
    expect(decl).toMatchObject({ spread: [constraint], rescore: '90s' });
    expect(decl).not.toHaveProperty('raw');
  });

  test('keeps its guard and whom it trusts, also where that is nonsense', () => {
    const said = {
      'ocmlang.dev/never-empty': 'true',
      'ocmlang.dev/remove-at-most': '10%',
      'ocmlang.dev/remove-within': '30m',
      'ocmlang.dev/trust': 'hub',
    };
    const [decl] = expectRoundTrip([placementObject({}, { annotations: { ...said, more: 'x' } })]);
    expect(decl).toMatchObject({
      guard: { neverEmpty: true, removeAtMost: '10%', within: '30m' },
      trust: 'hub',
      annotations: { more: 'x' },
    });
    const [other] = expectRoundTrip([
      placementObject(
        {},
        { annotations: { 'ocmlang.dev/never-empty': 'yes', 'ocmlang.dev/remove-at-most': '007' } },
      ),
    ]);
    expect(other).toMatchObject({
      guard: { neverEmpty: true, removeAtMost: 7 },
      annotations: { 'ocmlang.dev/never-empty': 'yes', 'ocmlang.dev/remove-at-most': '007' },
    });
  });

  test('loses its status and what an API server adds', () => {
    const [decl] = expectRoundTrip([
      {
        ...placementObject({}, { uid: 'u', resourceVersion: '7', creationTimestamp: null }),
        status: { numberOfSelectedClusters: 3 },
      },
    ]);
    expect(decl).not.toHaveProperty('raw');
  });

  test.each<[string, Json]>([
    ['null', null],
    ['a text', 'x'],
    [
      'lists of other things',
      { clusterSets: [1, null], predicates: [null, 7, {}], tolerations: ['x'] },
    ],
    ['groups of other things', { decisionStrategy: { groupStrategy: { decisionGroups: [3] } } }],
    ['prototype keys', JSON.parse('{"__proto__":{"a":1},"constructor":2}')],
    ['an empty list of predicates', { predicates: [] }],
    ['null predicates', { predicates: null, tolerations: null, prioritizerPolicy: null }],
    [
      'empty objects',
      { predicates: [{ requiredClusterSelector: { labelSelector: {}, celSelector: {} } }] },
    ],
  ])('of odd form (%s) is kept all the same', (_name, spec) => {
    expectRoundTrip([placementObject(spec)]);
  });

  test('of another version of the API is a resource', () => {
    const [decl] = expectRoundTrip([
      { ...placementObject({}), apiVersion: 'cluster.open-cluster-management.io/v1alpha1' },
    ]);
    expect(decl?.kind).toBe('resource');
  });
});

describe('cluster sets', () => {
  const set = (clusterSelector: Json): KubeObject => ({
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSet',
    metadata: { name: 'edge' },
    spec: { clusterSelector },
  });
  test.each<[Json, string, unknown]>([
    [{ selectorType: 'ExclusiveClusterSetLabel' }, 'clusterset', null],
    [{ selectorType: 'LabelSelector', labelSelector: {} }, 'clusterset', {}],
    [
      { selectorType: 'LabelSelector', labelSelector: { matchLabels: { a: 'b' } } },
      'clusterset',
      { matchLabels: { a: 'b' } },
    ],
    // Without a selector such a set matches nothing, which no `members` says.
    [{ selectorType: 'LabelSelector' }, 'resource', undefined],
    [{ selectorType: 'Other' }, 'resource', undefined],
    [{}, 'resource', undefined],
  ])('%j is a %s', (selector, kind, lifted) => {
    const [decl] = expectRoundTrip([set(selector)]);
    expect(decl?.kind).toBe(kind);
    expect(decl?.kind === 'clusterset' ? decl.selector : undefined).toEqual(lifted);
  });

  test('and their bindings', () => {
    const [decl] = expectRoundTrip([
      {
        apiVersion: 'cluster.open-cluster-management.io/v1beta2',
        kind: 'ManagedClusterSetBinding',
        metadata: { name: 'edge', namespace: 'ns', labels: { a: 'b' } },
        spec: { clusterSet: 'edge' },
      },
    ]);
    expect(decl).toMatchObject({ kind: 'binding', clusterSet: 'edge', labels: { a: 'b' } });
  });
});

describe('policies', () => {
  const apiVersion = 'policy.open-cluster-management.io/v1';
  const policy: KubeObject = {
    apiVersion,
    kind: 'Policy',
    metadata: { name: 'p', namespace: 'ns' },
    spec: { remediationAction: 'inform', disabled: false, 'policy-templates': [] },
  };
  const binding = (name: string, more: object = {}): KubeObject =>
    ({
      apiVersion,
      kind: 'PlacementBinding',
      metadata: { name, namespace: 'ns' },
      placementRef: {
        apiGroup: 'cluster.open-cluster-management.io',
        kind: 'Placement',
        name: 'all',
      },
      subjects: [{ apiGroup: 'policy.open-cluster-management.io', kind: 'Policy', name: 'p' }],
      ...more,
    }) as KubeObject;

  test('take the bindings that say nothing else (Rule 43)', () => {
    const enforce = {
      bindingOverrides: { remediationAction: 'enforce' },
      subFilter: 'restricted',
    };
    const placement = { ...placementObject({}), metadata: { name: 'all', namespace: 'ns' } };
    const decls = expectRoundTrip([
      binding('p-on-all'),
      policy,
      placement,
      binding('p-enforce-all', enforce),
      binding('of-another-name'),
      binding('p-on-other', { subjects: [] }),
    ]);
    expect(decls.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'policy p',
      'placement all',
      'resource of-another-name',
      'resource p-on-other',
    ]);
    expect(decls[0]).toMatchObject({ on: ['all'], enforceOn: ['all'] });
  });

  test('leave a binding alone whose policy is not there', () => {
    expect(expectRoundTrip([binding('p-on-all')])[0]?.kind).toBe('resource');
  });

  test.skipIf(!existsSync(shared))(
    'of policy-collection are the same after lift and lower (Rule 63)',
    () => {
      const folder = fileURLToPath(new URL('policies/', shared));
      let lifted = 0;
      for (const file of globSync('**/*.{yaml,yml}', { cwd: folder })) {
        const read = parseYaml(readFileSync(folder + file, 'utf8'), 'kubernetes');
        if (!read.ok) throw new Error(`${file}: ${read.message}`);
        const objects = read.documents.map(({ value }) => value as unknown as KubeObject);
        lifted += expectRoundTrip(objects).filter(({ kind }) => kind === 'policy').length;
      }
      expect(lifted).toBeGreaterThanOrEqual(55);
    },
  );
});

test.skipIf(!existsSync(shared))(
  'every placement of the conformance cases is the same after lift and lower',
  () => {
    const lines = readFileSync(new URL('placement/cases.ndjson', shared), 'utf8').split('\n');
    let lifted = 0;
    for (const line of lines.filter(Boolean)) {
      const { placements = [] } = JSON.parse(line).input;
      const objects = placements.map((of: object) => ({
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'Placement',
        ...of,
      }));
      lifted += expectRoundTrip(objects).filter(({ kind }) => kind === 'placement').length;
    }
    expect(lifted).toBeGreaterThan(250);
  },
);
