import { describe, expect, test } from 'vitest';
import { liftRolloutStrategy } from '../../../src/ir/lift/rollout.ts';
import { lower, lowerDecl, staysInProgram } from '../../../src/ir/lower/lower.ts';
import { declarationLabel, owned } from '../../../src/ir/lower/owned.ts';
import { lowerRolloutStrategy } from '../../../src/ir/lower/rollout.ts';
import type { IrConfigTemplate, IrDecl, IrPolicy } from '../../../src/ir/program.ts';
import { at } from '../builders.ts';
import { placement } from '../exprs.ts';

const template: IrConfigTemplate = {
  template: 'config',
  name: 'baseline',
  origin: at(5),
  severity: null,
  namespaceSelector: { include: ['pay-*'], exclude: ['kube-*'] },
  objects: [
    {
      complianceType: 'musthave',
      origin: at(6),
      definition: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'pay-core' } },
    },
  ],
};
const policy: IrPolicy = {
  kind: 'policy',
  name: 'baseline',
  namespace: 'payments',
  origin: at(1),
  on: ['everywhere'],
  enforceOn: ['eu-web'],
  remediation: null,
  disabled: false,
  severity: 'high',
  standards: ['NIST SP 800-53'],
  categories: ['CM Configuration Management'],
  controls: ['CM-2 Baseline Configuration', 'CM-6'],
  description: 'Baseline.',
  templates: [template],
};

describe('policies', () => {
  test('become a Policy with its bindings (Rules 42, 43)', () => {
    const [object, on, enforce, ...rest] = lowerDecl<'policy'>(policy).objects;
    expect(rest).toEqual([]);
    expect(object).toEqual({
      apiVersion: 'policy.open-cluster-management.io/v1',
      kind: 'Policy',
      metadata: {
        name: 'baseline',
        namespace: 'payments',
        annotations: {
          'policy.open-cluster-management.io/standards': 'NIST SP 800-53',
          'policy.open-cluster-management.io/categories': 'CM Configuration Management',
          'policy.open-cluster-management.io/controls': 'CM-2 Baseline Configuration, CM-6',
          'policy.open-cluster-management.io/description': 'Baseline.',
        },
      },
      spec: {
        remediationAction: 'inform',
        disabled: false,
        'policy-templates': [
          {
            objectDefinition: {
              apiVersion: 'policy.open-cluster-management.io/v1',
              kind: 'ConfigurationPolicy',
              metadata: { name: 'baseline' },
              spec: {
                severity: 'high',
                namespaceSelector: { include: ['pay-*'], exclude: ['kube-*'] },
                'object-templates': [
                  {
                    complianceType: 'musthave',
                    objectDefinition: {
                      apiVersion: 'v1',
                      kind: 'Namespace',
                      metadata: { name: 'pay-core' },
                    },
                  },
                ],
              },
            },
          },
        ],
      },
    });
    expect(on).toEqual({
      apiVersion: 'policy.open-cluster-management.io/v1',
      kind: 'PlacementBinding',
      metadata: { name: 'baseline-on-everywhere', namespace: 'payments' },
      placementRef: {
        apiGroup: 'cluster.open-cluster-management.io',
        kind: 'Placement',
        name: 'everywhere',
      },
      subjects: [
        { apiGroup: 'policy.open-cluster-management.io', kind: 'Policy', name: 'baseline' },
      ],
    });
    expect(enforce).toMatchObject({
      metadata: { name: 'baseline-enforce-eu-web' },
      placementRef: { name: 'eu-web' },
      bindingOverrides: { remediationAction: 'enforce' },
      subFilter: 'restricted',
    });
  });

  test('say no remediation where every template says its own', () => {
    const imported = { ...policy, templates: [{ ...template, remediation: 'inform' }] };
    const [object] = lowerDecl<'policy'>(imported).objects;
    expect(object?.spec).not.toHaveProperty('remediationAction');
    expect(object).toMatchObject({
      spec: {
        'policy-templates': [{ objectDefinition: { spec: { remediationAction: 'inform' } } }],
      },
    });
  });
});

test('cluster sets, bindings and resources become themselves', () => {
  const base = { name: 'edge', namespace: '', origin: at(0) };
  const decls: readonly IrDecl[] = [
    { kind: 'clusterset', ...base, selector: null },
    { kind: 'clusterset', ...base, selector: { matchLabels: { site: 'edge' } } },
    { kind: 'binding', ...base, namespace: 'payments', clusterSet: 'edge' },
    {
      kind: 'resource',
      ...base,
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
    },
    { kind: 'app', ...base, on: [], manifests: [] },
  ];
  const { objects, refused, remarks } = lower({ decls });
  expect([refused, remarks]).toEqual([[], []]);
  const group = 'cluster.open-cluster-management.io/v1beta2';
  expect(objects.map(({ object }) => object)).toEqual([
    {
      apiVersion: group,
      kind: 'ManagedClusterSet',
      metadata: { name: 'edge' },
      spec: { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' } },
    },
    {
      apiVersion: group,
      kind: 'ManagedClusterSet',
      metadata: { name: 'edge' },
      spec: {
        clusterSelector: {
          selectorType: 'LabelSelector',
          labelSelector: { matchLabels: { site: 'edge' } },
        },
      },
    },
    {
      apiVersion: group,
      kind: 'ManagedClusterSetBinding',
      metadata: { name: 'edge', namespace: 'payments' },
      spec: { clusterSet: 'edge' },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
  ]);
  expect(decls.map(staysInProgram)).toEqual([false, false, false, false, true]);
});

describe('raw', () => {
  test('is merged over the object, lists replaced, and cannot change what the object is (Rule 64)', () => {
    const decl = placement({
      clusterSets: ['prod'],
      labels: { team: 'web' },
      raw: {
        kind: 'Other',
        apiVersion: 'v9',
        metadata: { name: 'x', namespace: 'y', finalizers: ['f'], labels: { more: '1' } },
        spec: { clusterSets: ['edge'], spreadPolicy: { spreadConstraints: [] } },
      },
    });
    expect(lowerDecl<'placement'>(decl).objects).toEqual([
      {
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'Placement',
        metadata: {
          name: 'web',
          namespace: 'payments',
          finalizers: ['f'],
          labels: { team: 'web', more: '1' },
        },
        spec: { clusterSets: ['edge'], spreadPolicy: { spreadConstraints: [] } },
      },
    ]);
  });

  test('may have a key named __proto__', () => {
    const raw = JSON.parse('{"spec":{"__proto__":{"polluted":true}}}');
    const [object] = lowerDecl<'placement'>(placement({ raw })).objects;
    expect(JSON.stringify(object?.spec)).toBe('{"__proto__":{"polluted":true}}');
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});

describe('an owned object', () => {
  const files = [{ uri: 'pay/main.ocm', sha256: '', lineStarts: [0, 20, 45] }];
  const [lowered] = lower({
    decls: [placement({ origin: at(47), labels: { team: 'web' } })],
  }).objects;

  test('says its Program, its declaration and where it was written; the YAML does not', () => {
    if (lowered === undefined) throw new Error('nothing lowered');
    expect(lowered.object.metadata).toEqual({
      name: 'web',
      namespace: 'payments',
      labels: { team: 'web' },
    });
    expect(owned(lowered, { namespace: 'payments', name: 'pay' }, files).metadata).toEqual({
      name: 'web',
      namespace: 'payments',
      labels: {
        team: 'web',
        'ocmlang.dev/program': 'pay',
        'ocmlang.dev/program-namespace': 'payments',
        'ocmlang.dev/declaration': 'placement.payments.web',
      },
      annotations: { 'ocmlang.dev/origin': 'pay/main.ocm:3:3' },
    });
  });

  test('has a legal label also where the name is too long for one', () => {
    const long = (name: string) => declarationLabel({ kind: 'policy', namespace: 'p', name });
    expect(long('x'.repeat(200))).toMatch(/^policy\.p\.x+-[0-9a-f]{10}$/);
    expect(long('x'.repeat(200)).length).toBe(63);
    expect(long('x'.repeat(200))).not.toBe(long('x'.repeat(201)));
    expect(long('system:reader')).toMatch(/^policy\.p\.system-reader-[0-9a-f]{10}$/);
  });
});

test.each([
  { type: 'All' },
  { type: 'All', all: { progressDeadline: '90s' } },
  {
    type: 'Progressive',
    progressive: {
      minSuccessTime: '10m',
      maxFailures: '5%',
      maxConcurrency: 2,
      mandatoryDecisionGroups: [{ groupName: 'canary' }, { groupIndex: 1 }],
    },
  },
  { type: 'ProgressivePerGroup' },
  {
    type: 'ProgressivePerGroup',
    progressivePerGroup: { maxFailures: 0, progressDeadline: 'None' },
  },
])('a rollout strategy is the same after lift and lower: %j', (strategy) => {
  expect(lowerRolloutStrategy(liftRolloutStrategy(strategy))).toEqual(strategy);
});
