import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import type { IrPolicy } from '../../../src/ir/program.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { expectRoundTrip } from './round-trip.ts';

const group = 'policy.open-cluster-management.io';

function policyOf(templates: Json, spec: JsonObject = { remediationAction: 'inform' }): KubeObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Policy',
    metadata: { name: 'p', namespace: 'ns' },
    spec: { disabled: false, ...spec, 'policy-templates': templates },
  } as KubeObject;
}

/** The policy after a round trip; fails where it is no policy any more. */
function liftedPolicy(templates: Json, spec?: JsonObject): IrPolicy {
  const [decl] = expectRoundTrip([policyOf(templates, spec)]);
  if (decl?.kind !== 'policy') throw new Error(`a ${decl?.kind}`);
  return decl;
}

const object = (kind: string, spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: kind === 'OperatorPolicy' ? `${group}/v1beta1` : `${group}/v1`,
  kind,
  metadata: { name: 't', ...metadata },
  spec,
});
const config = (spec: JsonObject, metadata?: JsonObject) =>
  object('ConfigurationPolicy', spec, metadata);
const namespace = (name = 'a') => ({
  complianceType: 'musthave',
  objectDefinition: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
});

describe('a template is its construct, whole', () => {
  test.each<[string, JsonObject, string]>([
    [
      'a ConfigurationPolicy',
      config(
        {
          remediationAction: 'informonly',
          severity: 'high',
          namespaceSelector: {
            include: ['*'],
            exclude: ['kube-*'],
            matchLabels: { a: 'b' },
            terminatingInclusion: 'Never',
          },
          pruneObjectBehavior: 'DeleteAll',
          evaluationInterval: { compliant: '1h30m', noncompliant: 'watch' },
          customMessage: { compliant: '{{ .DefaultMessage }}' },
          'object-templates': [
            {
              ...namespace(),
              metadataComplianceType: 'mustonlyhave',
              recordDiff: 'Log',
              recreateOption: 'Always',
            },
            {
              complianceType: 'mustnothave',
              objectSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] },
              objectDefinition: { apiVersion: 'v1', kind: 'Pod', metadata: {} },
            },
          ],
        },
        { labels: { a: 'b' }, annotations: { c: 'd' } },
      ),
      'config',
    ],
    [
      'a ConfigurationPolicy with a template text',
      config({ 'object-templates-raw': '{{ range }}' }),
      'config',
    ],
    [
      'an OperatorPolicy',
      object('OperatorPolicy', {
        complianceType: 'mustnothave',
        upgradeApproval: 'Automatic',
        subscription: {
          name: 'x',
          namespace: 'n',
          channel: 'c',
          source: 's',
          sourceNamespace: 'm',
        },
        operatorGroup: { name: 'g', targetNamespaces: ['a'] },
        versions: ['v1', '{{ x }}'],
        removalBehavior: { subscriptions: 'Keep', operatorGroups: 'DeleteIfUnused' },
        complianceConfig: { upgradesAvailable: 'NonCompliant' },
      }),
      'operator',
    ],
    [
      'a CertificatePolicy',
      object('CertificatePolicy', {
        namespaceSelector: { include: ['*'] },
        labelSelector: { a: 'b' },
        minimumDuration: '300h',
        maximumCADuration: '8760h',
        allowedSANPattern: '[.]x$',
        disallowedSANPattern: '^[*]',
      }),
      'certificate',
    ],
    [
      'an object of another engine',
      {
        apiVersion: 'constraints.gatekeeper.sh/v1beta1',
        kind: 'K8sRequiredLabels',
        metadata: { name: 't', namespace: 'x' },
        spec: {},
      },
      'object',
    ],
  ])('%s', (_name, objectDefinition, template) => {
    const { templates, raw } = liftedPolicy([{ objectDefinition }]);
    expect(raw).toBeUndefined();
    expect(templates).toMatchObject([{ template, name: 't' }]);
    expect(templates[0]).not.toHaveProperty('raw');
  });
});

describe('what a construct cannot say is in its raw', () => {
  const templates = [namespace()];
  test.each<[string, JsonObject, JsonObject]>([
    ['another spelling', { severity: 'High', 'object-templates': templates }, { severity: 'High' }],
    [
      'another remediation',
      { remediationAction: 'Enforce', 'object-templates': templates },
      { remediationAction: 'Enforce' },
    ],
    [
      'an interval that is no duration of the language',
      { evaluationInterval: { compliant: '{{ x }}' }, 'object-templates': templates },
      { evaluationInterval: { compliant: '{{ x }}' } },
    ],
    [
      'a selector without include',
      { namespaceSelector: { exclude: ['a'] }, 'object-templates': templates },
      { namespaceSelector: { exclude: ['a'] } },
    ],
    [
      'expressions of a selector',
      {
        namespaceSelector: { include: ['a'], matchExpressions: [{ key: 'k', operator: 'Exists' }] },
        'object-templates': templates,
      },
      { namespaceSelector: { matchExpressions: [{ key: 'k', operator: 'Exists' }] } },
    ],
    ['a field nobody knows', { newField: [1], 'object-templates': templates }, { newField: [1] }],
    [
      'both forms of templates',
      { 'object-templates': templates, 'object-templates-raw': '' },
      { 'object-templates': templates },
    ],
    ...[
      { ...namespace(), complianceType: 'MustHave' },
      { ...namespace(), newField: 1 },
      { complianceType: 'musthave', objectDefinition: { apiVersion: 'v1', kind: '{{ x }}' } },
      { complianceType: 'musthave', objectDefinition: { kind: 'Pod' } },
      {
        complianceType: 'musthave',
        objectDefinition: { apiVersion: 'v1', kind: 'Pod', metadata: { name: '' } },
      },
      {
        complianceType: 'musthave',
        objectSelector: { matchLabels: { a: 1 } },
        objectDefinition: { apiVersion: 'v1', kind: 'Pod' },
      },
      null,
    ].map((odd): [string, JsonObject, JsonObject] => [
      `the object template ${JSON.stringify(odd)}`,
      { 'object-templates': [namespace(), odd] },
      { 'object-templates': [namespace(), odd] },
    ]),
  ])('%s', (_name, spec, raw) => {
    const { templates } = liftedPolicy([{ objectDefinition: config(spec) }]);
    expect(templates).toMatchObject([{ template: 'config', raw: { spec: raw } }]);
  });

  test('fields of a subscription', () => {
    const { templates } = liftedPolicy([
      {
        objectDefinition: object('OperatorPolicy', {
          complianceType: 'musthave',
          upgradeApproval: 'None',
          subscription: { name: 'x', startingCSV: 'v1', source: 'a/b', sourceNamespace: 'c' },
        }),
      },
    ]);
    expect(templates).toMatchObject([
      {
        raw: { spec: { subscription: { startingCSV: 'v1', source: 'a/b', sourceNamespace: 'c' } } },
      },
    ]);
  });
});

describe('what raw cannot say either is the object as it is', () => {
  test.each<[string, JsonObject]>([
    ['no object templates at all', config({ severity: 'low' })],
    ['a namespace', config({ 'object-templates': [] }, { namespace: 'x' })],
    ['another version', { ...config({ 'object-templates': [] }), apiVersion: `${group}/v2` }],
    [
      'an operator without an approval',
      object('OperatorPolicy', { complianceType: 'musthave', subscription: { name: 'x' } }),
    ],
    ['a certificate policy without namespaces', object('CertificatePolicy', {})],
  ])('%s', (_name, objectDefinition) => {
    const { templates } = liftedPolicy([{ objectDefinition }]);
    expect(templates).toEqual([expect.objectContaining({ template: 'object' })]);
  });
});

describe('an entry', () => {
  const objectDefinition = config({ 'object-templates': [] });
  const dependency = {
    apiVersion: `${group}/v1beta1`,
    kind: 'OperatorPolicy',
    name: 'o',
    namespace: 'n',
    compliance: 'Compliant',
  };

  test('keeps what it waits for', () => {
    const spec = { remediationAction: 'inform', dependencies: [dependency] };
    const { after, templates, raw } = liftedPolicy(
      [{ objectDefinition, extraDependencies: [dependency], ignorePending: true }],
      spec,
    );
    expect(raw).toBeUndefined();
    expect(after).toEqual([dependency]);
    expect(templates).toMatchObject([{ after: [dependency], ignorePending: true }]);
  });

  test.each<[string, Json]>([
    ['null', null],
    ['another field', { objectDefinition, more: 1 }],
    ['a dependency without a state', { objectDefinition, extraDependencies: [{ kind: 'Policy' }] }],
    ['a state of another form', { objectDefinition, ignorePending: 'yes' }],
    ['no name', { objectDefinition: { ...objectDefinition, metadata: {} } }],
    ['a name no object can have', { objectDefinition: config({}, { name: 'A b' }) }],
    ['no kind', { objectDefinition: { metadata: { name: 'x' } } }],
    ['prototype keys', { objectDefinition: JSON.parse('{"__proto__":{"a":1}}') }],
  ])('of odd form (%s): all templates are in the raw of the policy', (_name, entry) => {
    const { templates, raw } = liftedPolicy([{ objectDefinition }, entry]);
    expect(templates).toEqual([]);
    expect(raw).toEqual({ spec: { 'policy-templates': [{ objectDefinition }, entry] } });
  });
});

describe('remediation', () => {
  const said = {
    objectDefinition: config({ remediationAction: 'Enforce', 'object-templates': [] }),
  };
  const constraint = {
    objectDefinition: { apiVersion: 'x.io/v1', kind: 'Rule', metadata: { name: 'r' } },
  };

  test('is not on the policy where each template says it, or is of another engine', () => {
    const { remediation, raw } = liftedPolicy([said, constraint], {});
    expect(remediation).toBeNull();
    expect(raw).toBeUndefined();
  });

  test('nowhere at all is no policy of the language', () => {
    const silent = { objectDefinition: config({ 'object-templates': [] }) };
    const [decl] = expectRoundTrip([policyOf([silent], {})]);
    expect(decl?.kind).toBe('resource');
  });
});

test('account and metadata of a policy', () => {
  const spec = {
    remediationAction: 'enforce',
    copyPolicyMetadata: false,
    hubTemplateOptions: { serviceAccountName: 'reader' },
  };
  const decl = liftedPolicy([], spec);
  expect(decl).toMatchObject({ copyMetadata: false, hubServiceAccount: 'reader' });
  expect(decl.raw).toBeUndefined();
});

describe('bindings', () => {
  const placement = {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    metadata: { name: 'all', namespace: 'ns' },
    spec: {},
  } as KubeObject;
  const named = (name: string): KubeObject => {
    const policy = policyOf([]);
    return { ...policy, metadata: { ...policy.metadata, name } };
  };
  const set = (policies: Json, more: JsonObject = {}): KubeObject =>
    ({
      apiVersion: `${group}/v1beta1`,
      kind: 'PolicySet',
      metadata: { name: 's', namespace: 'ns' },
      spec: { policies, ...more },
    }) as KubeObject;
  const binding = (name: string, subjects: readonly string[], more: object = {}): KubeObject =>
    ({
      apiVersion: `${group}/v1`,
      kind: 'PlacementBinding',
      metadata: { name, namespace: 'ns' },
      placementRef: {
        apiGroup: 'cluster.open-cluster-management.io',
        kind: 'Placement',
        name: 'all',
      },
      subjects: subjects.map((subject) => {
        const [kind, subjectName] = subject.split('/');
        return { apiGroup: group, kind, name: subjectName };
      }),
      ...more,
    }) as KubeObject;
  const kinds = (objects: readonly KubeObject[]) =>
    expectRoundTrip(objects).map(({ kind, name }) => `${kind} ${name}`);

  test('of another name, and of several policies, are kept with their name', () => {
    const decls = expectRoundTrip([
      placement,
      named('a'),
      set(['a', 'b']),
      named('b'),
      binding('all-of-them', ['Policy/a', 'PolicySet/s', 'Policy/b']),
      binding('s-set-on-all', ['PolicySet/s'], { placementRef: 'odd' }),
    ]);
    expect(decls.map(({ kind }) => kind)).toEqual([
      'placement',
      'policy',
      'policyset',
      'policy',
      'resource',
    ]);
    const bindingNames = [{ placement: 'all', enforce: false, name: 'all-of-them' }];
    expect(decls[1]).toMatchObject({ on: ['all'], bindingNames });
    expect(decls[2]).toMatchObject({ on: ['all'], bindingNames });
  });

  test('that cannot be written again stay objects', () => {
    const first = [placement, named('a'), named('b')];
    const restricted = {
      bindingOverrides: { remediationAction: 'enforce' },
      subFilter: 'restricted',
    };
    const left = [
      binding('order', ['Policy/b', 'Policy/a']),
      binding('twice', ['Policy/a', 'Policy/a']),
      binding('missing', ['Policy/a', 'Policy/c']),
      binding('labelled', ['Policy/a'], {
        metadata: { name: 'labelled', namespace: 'ns', labels: { x: 'y' } },
      }),
      binding('elsewhere', ['Policy/a'], {
        metadata: { name: 'elsewhere', namespace: 'other' },
      }),
      binding('empty', []),
    ];
    expect(kinds([...first, ...left]).filter((each) => each.startsWith('resource'))).toHaveLength(
      left.length,
    );
    const enforcing = policyOf([], { remediationAction: 'enforce' });
    expect(kinds([placement, enforcing, binding('x', ['Policy/p'], restricted)])).toEqual([
      'placement all',
      'policy p',
      'resource x',
    ]);
    expect(kinds([named('a'), binding('a-on-all', ['Policy/a'])])).toEqual([
      'policy a',
      'resource a-on-all',
    ]);
    expect(
      kinds([placement, named('a'), binding('x', ['Policy/a']), binding('y', ['Policy/a'])]),
    ).toEqual(['placement all', 'policy a', 'resource y']);
  });

  test('sets keep their exclusions, and are objects where a policy is not there', () => {
    const exclusions = [{ policyName: 'a', clusterNames: ['c1'], reason: 'r' }];
    const [decl] = expectRoundTrip([set(['a'], { description: 'd', exclusions }), named('a')]);
    expect(decl).toMatchObject({
      kind: 'policyset',
      description: 'd',
      exclusions: [{ policy: 'a', clusters: ['c1'], reason: 'r' }],
    });
    expect(decl).not.toHaveProperty('raw');
    expect(kinds([set(['a', 'b']), named('a')])[0]).toBe('resource s');
    const odd = [{ policyName: 'b', clusterNames: ['c1'] }];
    const [kept] = expectRoundTrip([set(['a'], { exclusions: odd }), named('a')]);
    expect(kept).toMatchObject({ kind: 'policyset', raw: { spec: { exclusions: odd } } });
  });
});
