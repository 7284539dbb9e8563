import { describe, expect, test } from 'vitest';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { lowerPlacement } from '../../../src/ir/lower/placement.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import type { Placement } from '../../../src/kube/ocm/cluster.ts';
import { at } from '../builders.ts';
import {
  and,
  call,
  claim,
  coalesce,
  compare,
  constant,
  eq,
  fact,
  field,
  has,
  isIn,
  label,
  member,
  ne,
  not,
  onTaints,
  or,
  placement,
} from '../exprs.ts';

function specOf(decl: IrPlacement): Placement['spec'] {
  const { objects, refused } = lowerPlacement(decl);
  expect(refused).toEqual([]);
  return (objects[0] as Placement).spec;
}

/** The predicates of a `where`, each as `label …; claim …; cel …`. */
function pushed(where: IrExpr): readonly string[] {
  const { objects, refused } = lowerPlacement(placement({ where }));
  if (refused.length > 0) return refused.map(({ code, params }) => `${code} ${params['what']}`);
  const predicates = (objects[0] as Placement).spec?.predicates ?? [];
  return predicates.map(({ requiredClusterSelector: of }) => {
    const requirements = [
      ...(of?.labelSelector?.matchExpressions ?? []).map((one) => ['label', one] as const),
      ...(of?.claimSelector?.matchExpressions ?? []).map((one) => ['claim', one] as const),
    ].map(([over, { key, operator, values }]) =>
      [over, key, operator, values?.join(',')].filter(Boolean).join(' '),
    );
    return [...requirements, ...(of?.celSelector?.celExpressions ?? [])].join('; ');
  });
}

const env = label('environment', { members: ['prod', 'stage', 'dev'] });
const tier = label('acme.io/tier', { members: ['gold', 'silver', 'bronze'] });
const ring = label('acme.io/ring', { members: ['canary', 'early', 'broad'], default: 'broad' });
const gpus = label('acme.io/gpus', { default: 0 }, 'int');
const region = claim('region.open-cluster-management.io');
const k8s = claim('kubeversion.open-cluster-management.io', {}, 'version');
const ready = fact(
  'ready',
  { from: 'condition', type: 'ManagedClusterConditionAvailable' },
  'condition',
);
const cpuFree = fact(
  'cpuFree',
  { from: 'score', resource: 'resource-usage', score: 'cpuAvailable' },
  'score',
);

const version = (text: string) => constant(text, 'version');
const semverOfClaim = (test: string) =>
  `managedCluster.status.clusterClaims.exists(c, c.name == "kubeversion.open-cluster-management.io" && ${test})`;

describe('a placement becomes the YAML of language.md §5.2', () => {
  const euWeb = placement({
    name: 'eu-web',
    clusterSets: ['prod', 'edge'],
    where: and(
      eq(env, 'prod'),
      isIn(region, ['eu-west-1', 'eu-central-1', 'eu-north-1']),
      and(compare(k8s, '>=', version('v1.29')), ready),
      compare(field('status.allocatable.memory', 'quantity'), '>=', constant('64Gi', 'quantity')),
      or(not(has(tier)), ne(tier, 'bronze')),
    ),
    numberOfClusters: 10,
    sortBy: 'Score',
    prioritizerPolicy: {
      mode: 'Additive',
      configurations: [
        { weight: 3, by: { type: 'AddOn', resource: 'resource-usage', score: 'cpuAvailable' } },
        { weight: 2, by: { type: 'BuiltIn', name: 'ResourceAllocatableMemory' } },
      ],
    },
    tolerations: [
      { key: 'gpu', operator: 'Exists' },
      {
        key: 'maintenance',
        operator: 'Equal',
        value: 'planned',
        effect: 'NoSelectIfNew',
        tolerationSeconds: 600,
      },
    ],
    groups: [
      { name: 'canary', where: eq(ring, 'canary') },
      { name: 'early', where: eq(ring, 'early') },
    ],
    clustersPerDecisionGroup: '25%',
  });

  test('with every field', () => {
    const group = (name: string) => ({
      groupName: name,
      groupClusterSelector: { labelSelector: { matchLabels: { 'acme.io/ring': name } } },
    });
    expect(lowerPlacement(euWeb).objects).toEqual([
      {
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'Placement',
        metadata: { name: 'eu-web', namespace: 'payments' },
        spec: {
          clusterSets: ['prod', 'edge'],
          numberOfClusters: 10,
          sortBy: 'Score',
          predicates: [
            {
              requiredClusterSelector: {
                labelSelector: {
                  matchExpressions: [
                    { key: 'environment', operator: 'In', values: ['prod'] },
                    { key: 'acme.io/tier', operator: 'NotIn', values: ['bronze'] },
                  ],
                },
                claimSelector: {
                  matchExpressions: [
                    {
                      key: 'region.open-cluster-management.io',
                      operator: 'In',
                      values: ['eu-central-1', 'eu-north-1', 'eu-west-1'],
                    },
                  ],
                },
                celSelector: {
                  celExpressions: [
                    semverOfClaim(
                      'isSemver(c.value.find("[0-9]+[.][0-9]+") + ".0") && semver(c.value.find("[0-9]+[.][0-9]+") + ".0").compareTo(semver("1.29.0")) >= 0',
                    ),
                    'managedCluster.status.conditions.exists(c, c.type == "ManagedClusterConditionAvailable" && c.status == "True")',
                    '"memory" in managedCluster.status.allocatable && quantity(managedCluster.status.allocatable["memory"]).compareTo(quantity("64Gi")) >= 0',
                  ],
                },
              },
            },
          ],
          prioritizerPolicy: {
            mode: 'Additive',
            configurations: [
              {
                weight: 3,
                scoreCoordinate: {
                  type: 'AddOn',
                  addOn: { resourceName: 'resource-usage', scoreName: 'cpuAvailable' },
                },
              },
              {
                weight: 2,
                scoreCoordinate: { type: 'BuiltIn', builtIn: 'ResourceAllocatableMemory' },
              },
            ],
          },
          tolerations: [
            { key: 'gpu', operator: 'Exists' },
            {
              key: 'maintenance',
              operator: 'Equal',
              value: 'planned',
              effect: 'NoSelectIfNew',
              tolerationSeconds: 600,
            },
          ],
          decisionStrategy: {
            groupStrategy: {
              clustersPerDecisionGroup: '25%',
              decisionGroups: [group('canary'), group('early')],
            },
          },
        },
      },
    ]);
    expect(lowerPlacement(euWeb).remarks.map(({ code }) => code)).toEqual(['OCM3007']);
  });

  test('writes nothing that the author did not', () => {
    expect(specOf(placement())).toEqual({});
  });

  test('an `or` becomes two predicates', () => {
    const gpuBatch = or(
      and(compare(gpus, '>=', 1), not(onTaints('any', (t) => eq(member(t, 'key'), 'drain')))),
      eq(label('legacy/gpu'), 'yes'),
    );
    expect(pushed(gpuBatch)).toEqual([
      'int(managedCluster.metadata.?labels[?"acme.io/gpus"].orValue("0")) >= 1; !managedCluster.spec.?taints.orValue([]).exists(t, t.key == "drain")',
      'label legacy/gpu In yes',
    ]);
  });
});

describe('the table of language.md §7', () => {
  test.each<[string, IrExpr, readonly string[]]>([
    ['env == prod', eq(env, 'prod'), ['label environment In prod']],
    ['env != prod', ne(env, 'prod'), ['label environment NotIn prod; label environment Exists']],
    ['has(tier)', has(tier), ['label acme.io/tier Exists']],
    ['!has(tier)', not(has(tier)), ['label acme.io/tier DoesNotExist']],
    ['!has || !=', or(not(has(tier)), ne(tier, 'bronze')), ['label acme.io/tier NotIn bronze']],
    [
      'has && !=',
      and(has(tier), ne(tier, 'bronze')),
      ['label acme.io/tier Exists; label acme.io/tier NotIn bronze'],
    ],
    ['ring == canary, default broad', eq(ring, 'canary'), ['label acme.io/ring In canary']],
    ['ring != canary', ne(ring, 'canary'), ['label acme.io/ring NotIn canary']],
    [
      'ring != broad',
      ne(ring, 'broad'),
      ['label acme.io/ring NotIn broad; label acme.io/ring Exists'],
    ],
    [
      'ring == broad',
      eq(ring, 'broad'),
      ['managedCluster.metadata.?labels[?"acme.io/ring"].orValue("broad") == "broad"'],
    ],
    [
      'gpus >= 1',
      compare(gpus, '>=', 1),
      ['int(managedCluster.metadata.?labels[?"acme.io/gpus"].orValue("0")) >= 1'],
    ],
    [
      'k8s > v1.29',
      compare(k8s, '>', version('v1.29')),
      [
        semverOfClaim(
          'isSemver(c.value.find("[0-9]+[.][0-9]+") + ".0") && semver(c.value.find("[0-9]+[.][0-9]+") + ".0").compareTo(semver("1.29.0")) > 0',
        ),
      ],
    ],
    [
      'k8s >= v1.29.3',
      compare(k8s, '>=', version('v1.29.3')),
      [
        semverOfClaim(
          'isSemver(c.value.find("[0-9]+[.][0-9]+[.][0-9]+")) && semver(c.value.find("[0-9]+[.][0-9]+[.][0-9]+")).compareTo(semver("1.29.3")) >= 0',
        ),
      ],
    ],
    [
      'cpuFree > 80',
      compare(cpuFree, '>', 80),
      [
        'managedCluster.scores("resource-usage").exists(s, s.name == "cpuAvailable" && s.value > 80)',
      ],
    ],
    [
      'no taint',
      not(onTaints('any', (t) => eq(member(t, 'key'), 'drain'))),
      ['!managedCluster.spec.?taints.orValue([]).exists(t, t.key == "drain")'],
    ],
  ])('%s', (_name, where, expected) => {
    expect(pushed(where)).toEqual(expected);
  });
});

describe('other conditions', () => {
  const secure = label('acme.io/secure', {}, 'bool');
  test.each<[string, IrExpr, readonly string[]]>([
    ['true', constant(true), []],
    ['false', constant(false), ['false']],
    [
      '!(x && y)',
      not(and(eq(env, 'prod'), has(tier))),
      ['label environment NotIn prod; label environment Exists', 'label acme.io/tier DoesNotExist'],
    ],
    ['!(x == v)', not(eq(env, 'prod')), ['label environment NotIn prod; label environment Exists']],
    ['v == x', eq(constant('prod'), env), ['label environment In prod']],
    [
      'x not in list',
      not(isIn(tier, ['gold', 'silver'])),
      ['label acme.io/tier NotIn gold,silver; label acme.io/tier Exists'],
    ],
    [
      '!has || not in',
      or(not(has(tier)), not(isIn(tier, ['gold', 'silver']))),
      ['label acme.io/tier NotIn gold,silver'],
    ],
    ['x in []', isIn(tier, []), ['false']],
    ['x not in []', not(isIn(tier, [])), ['label acme.io/tier Exists']],
    ['a bool label', secure, ['label acme.io/secure In true']],
    ['its negation', not(secure), ['label acme.io/secure In false']],
    [
      'x ?? d == d',
      eq(coalesce(tier, constant('silver')), 'silver'),
      ['managedCluster.metadata.?labels[?"acme.io/tier"].orValue("silver") == "silver"'],
    ],
    [
      'x ?? d != v',
      ne(coalesce(tier, constant('silver')), 'bronze'),
      ['label acme.io/tier NotIn bronze'],
    ],
    ['has with a default', has(ring), []],
    [
      'a value no label may have',
      eq(env, 'a b'),
      ['managedCluster.metadata.labels["environment"] == "a b"'],
    ],
    [
      'a claim with such a value',
      ne(region, 'a/b'),
      [
        'managedCluster.status.clusterClaims.exists(c, c.name == "region.open-cluster-management.io" && c.value != "a/b")',
      ],
    ],
    [
      'a key no label may have',
      has(label('a b')),
      ['managedCluster.metadata.?labels[?"a b"].hasValue()'],
    ],
    [
      'the same with `or missing`',
      or(not(has(label('a b'))), ne(label('a b'), 'x')),
      [
        '!managedCluster.metadata.?labels[?"a b"].hasValue() || managedCluster.metadata.labels["a b"] != "x"',
      ],
    ],
    [
      'a claim with a default',
      eq(claim('zone', { default: 'a' }), 'a'),
      [
        'managedCluster.status.?clusterClaims.orValue([]).exists(c, c.name == "zone" && c.value == "a") || !managedCluster.status.?clusterClaims.orValue([]).exists(c, c.name == "zone") && "a" == "a"',
      ],
    ],
    [
      'an annotation',
      call('startsWith', fact('a', { from: 'annotation', key: 'owner' }), constant('team-')),
      ['managedCluster.metadata.annotations["owner"].startsWith("team-")'],
    ],
    [
      'a condition that is False',
      not(ready),
      [
        'managedCluster.status.conditions.exists(c, c.type == "ManagedClusterConditionAvailable" && c.status == "False")',
      ],
    ],
    [
      'the name',
      eq(field('metadata.name', 'string'), 'hub"\n'),
      ['managedCluster.metadata.name == "hub\\"\\n"'],
    ],
    [
      'creation',
      compare(
        field('metadata.creationTimestamp', 'time'),
        '<',
        constant('2030-01-01T00:00:00Z', 'time'),
      ),
      ['timestamp(managedCluster.metadata.creationTimestamp) < timestamp("2030-01-01T00:00:00Z")'],
    ],
    [
      'an address',
      { op: 'in', left: label('ip'), right: constant('10.0.0.0/8', 'cidr') },
      ['cidr("10.0.0.0/8").containsIP(managedCluster.metadata.labels["ip"])'],
    ],
    [
      'taints',
      compare(call('size', fact('taints', { from: 'taints' }, 'json')), '==', 0),
      ['managedCluster.spec.?taints.orValue([]).size() == 0'],
    ],
    [
      'members of taints',
      onTaints('all', (t) =>
        or(ne(member(t, 'effect'), 'NoSelect'), isIn(member(t, 'key'), ['a', 'b'])),
      ),
      [
        'managedCluster.spec.?taints.orValue([]).all(t, t.effect != "NoSelect" || t.key in ["a", "b"])',
      ],
    ],
    [
      'verbatim CEL beside a label',
      and({ op: 'cel', source: 'true || false' }, eq(env, 'prod')),
      ['label environment In prod; true || false'],
    ],
  ])('%s', (_name, where, expected) => {
    expect(pushed(where)).toEqual(expected);
  });

  test('a disjunction that would repeat three conditions becomes one CEL expression', () => {
    const where = and(
      eq(env, 'prod'),
      has(tier),
      eq(region, 'eu-1'),
      or(eq(label('a'), '1'), and(eq(label('b'), '2'), compare(gpus, '>', 3))),
    );
    expect(pushed(where)).toEqual([
      'label environment In prod; label acme.io/tier Exists; claim region.open-cluster-management.io In eu-1; managedCluster.metadata.labels["a"] == "1" || managedCluster.metadata.labels["b"] == "2" && int(managedCluster.metadata.?labels[?"acme.io/gpus"].orValue("0")) > 3',
    ]);
  });

  test('so does one of more than 16 cases', () => {
    const choice = (key: string) => or(...['1', '2', '3'].map((value) => eq(label(key), value)));
    const [only, ...rest] = pushed(and(choice('a'), choice('b'), choice('c')));
    expect(rest).toEqual([]);
    expect(only?.split('; ')).toHaveLength(3);
  });

  test('one of at most 16 cases becomes as many predicates', () => {
    const choice = (key: string) => or(eq(label(key), '1'), eq(label(key), '2'));
    expect(pushed(and(choice('a'), choice('b')))).toHaveLength(4);
  });
});

describe('what upstream cannot express', () => {
  const addon = fact('backup', { from: 'addon', name: 'backup' }, 'condition', { origin: at(30) });
  test.each<[IrExpr, string]>([
    [and(eq(env, 'prod'), addon), 'OCM3001 the state of an add-on'],
    [compare(label('a', {}, 'duration'), '>', constant('2d', 'duration')), 'OCM3001 a duration'],
    [not(has(cpuFree)), 'OCM3001 the absence of a score'],
    [{ op: 'if', test: ready, yes: has(env), no: has(tier) }, 'OCM3001 `if`'],
    [
      compare({ op: 'arithmetic', by: '+', left: gpus, right: gpus }, '>', 3),
      'OCM3001 a computation',
    ],
  ])('%j is refused', (where, refusal) => {
    expect(pushed(where)).toEqual([refusal]);
  });

  test('the refusal points at the condition, and nothing is emitted', () => {
    const { objects, refused } = lowerPlacement(placement({ where: and(eq(env, 'prod'), addon) }));
    expect(objects).toEqual([]);
    expect(refused).toMatchObject([{ code: 'OCM3001', origin: at(30), decl: { name: 'web' } }]);
  });

  test('via: engine is emitted for upstream to leave alone', () => {
    const { objects, refused } = lowerPlacement(placement({ where: addon, via: 'engine' }));
    expect(refused).toEqual([]);
    expect(objects).toMatchObject([
      {
        metadata: {
          annotations: {
            'cluster.open-cluster-management.io/experimental-scheduling-disable': 'true',
          },
        },
        spec: {},
      },
    ]);
  });
});

describe('groups', () => {
  const grouped = (where: IrExpr) => lowerPlacement(placement({ groups: [{ name: 'g1', where }] }));
  const selector = (where: IrExpr) =>
    (grouped(where).objects[0] as Placement).spec?.decisionStrategy?.groupStrategy
      ?.decisionGroups?.[0]?.groupClusterSelector;

  test('take labels and claims', () => {
    expect(selector(and(eq(env, 'prod'), ne(tier, 'gold'), eq(region, 'eu-1')))).toEqual({
      labelSelector: {
        matchLabels: { environment: 'prod' },
        matchExpressions: [
          { key: 'acme.io/tier', operator: 'NotIn', values: ['gold'] },
          { key: 'acme.io/tier', operator: 'Exists' },
        ],
      },
      claimSelector: {
        matchExpressions: [
          { key: 'region.open-cluster-management.io', operator: 'In', values: ['eu-1'] },
        ],
      },
    });
    expect(selector(constant(true))).toEqual({ labelSelector: {} });
  });

  test('say a default by naming the other members, with a warning', () => {
    expect(selector(eq({ ...ring, origin: at(7) }, 'broad'))).toEqual({
      labelSelector: {
        matchExpressions: [{ key: 'acme.io/ring', operator: 'NotIn', values: ['canary', 'early'] }],
      },
    });
    expect(grouped(eq({ ...ring, origin: at(7) }, 'broad')).remarks).toMatchObject([
      { code: 'OCM3015', origin: at(7) },
    ]);
  });

  test.each<[IrExpr, string]>([
    [or(has(env), has(tier)), 'a choice of conditions'],
    [{ ...ready, origin: at(3) }, 'a condition on something else than labels and claims'],
  ])('refuse %j', (where, what) => {
    expect(grouped(where)).toMatchObject({
      objects: [],
      refused: [{ code: 'OCM3102', params: { what } }],
    });
  });
});

test('scores are lowered with a warning, because upstream ignores when they expire', () => {
  const { remarks } = lowerPlacement(placement({ where: compare(cpuFree, '>', 1) }));
  expect(remarks.map(({ code }) => code)).toEqual(['OCM3012']);
});
