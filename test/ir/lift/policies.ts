import fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import type { KubeObject } from '../../../src/kube/object.ts';

// Policies as people write them and as nobody should: fields of the right form mostly, of a wrong one at times.

const group = 'policy.open-cluster-management.io';
const name = fc.constantFrom('a', 'b', 'c-1', 'd.e');
const text = fc.constantFrom(
  '',
  'x',
  '{{ y }}',
  '{{hub .ManagedClusterName hub}}',
  'a\nb\n',
  ['$', '{z}'].join(''),
  '"q"',
);
const odd: fc.Arbitrary<Json> = fc.constantFrom<Json>(null, 1, 'odd', [], {}, [null], { a: 1 });

/** A value that is mostly what it should be. */
function mostly(usual: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: odd, weight: 1 });
}

function object(fields: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
}

const texts = fc.dictionary(fc.constantFrom('a', 'b.io/c'), mostly(text), { maxKeys: 2 });
const namespaces = object({
  include: mostly(fc.array(text, { maxLength: 2 })),
  exclude: mostly(fc.array(text, { maxLength: 2 })),
  matchLabels: mostly(texts),
  matchExpressions: fc.constant<Json>([{ key: 'k', operator: 'Exists' }]),
  terminatingInclusion: fc.constantFrom<Json>('Default', 'Never', 'never'),
});

const definition = fc
  .tuple(
    fc.constantFrom(
      ['v1', 'ConfigMap'],
      ['v1', 'Namespace'],
      ['acme.io/v1', 'Widget'],
      ['v1', '{{ k }}'],
    ),
    object({ name: mostly(name), namespace: text, labels: texts }),
    fc.boolean(),
  )
  .map(
    ([[apiVersion = '', kind = ''], metadata, hasMetadata]): Json => ({
      apiVersion,
      kind,
      ...(hasMetadata ? { metadata } : {}),
    }),
  );

const objectTemplate = fc
  .tuple(
    fc.constantFrom('musthave', 'mustonlyhave', 'mustnothave', 'MustHave'),
    mostly(definition),
    object({
      metadataComplianceType: fc.constantFrom<Json>('musthave', 'mustonlyhave', 'Musthave'),
      recordDiff: mostly(fc.constantFrom<Json>('Log', 'InStatus')),
      recreateOption: mostly(fc.constantFrom<Json>('IfRequired', 'Always')),
      objectSelector: mostly(object({ matchLabels: texts })),
      extra: fc.constant<Json>(1),
    }),
    fc.nat(9),
  )
  .map(
    ([complianceType, objectDefinition, more, chance]): Json => ({
      complianceType,
      objectDefinition,
      ...(chance === 0 ? more : {}),
    }),
  );

const common = {
  remediationAction: fc.constantFrom<Json>('inform', 'enforce', 'Enforce', 'informonly'),
  severity: mostly(fc.constantFrom<Json>('low', 'critical', 'High')),
};
const times = fc.constantFrom<Json>('watch', 'never', '10m', '1h30m', '2562047h', 'soon');
const config = object({
  ...common,
  namespaceSelector: mostly(namespaces),
  pruneObjectBehavior: mostly(fc.constantFrom<Json>('None', 'DeleteAll')),
  evaluationInterval: mostly(object({ compliant: times, noncompliant: times })),
  customMessage: mostly(object({ compliant: text, noncompliant: text })),
  'object-templates': mostly(fc.array(objectTemplate, { maxLength: 3 })),
  'object-templates-raw': mostly(text),
  newField: odd,
});
const operator = object({
  ...common,
  complianceType: fc.constantFrom<Json>('musthave', 'mustnothave', 'Musthave'),
  upgradeApproval: fc.constantFrom<Json>('None', 'Automatic'),
  subscription: object({
    name: mostly(name),
    namespace: text,
    channel: mostly(text),
    source: fc.constantFrom<Json>('a', 'a/b', ''),
    sourceNamespace: fc.constantFrom<Json>('n', 'n/m', ''),
    startingCSV: text,
  }),
  operatorGroup: mostly(object({ name, targetNamespaces: fc.constant<Json>(['x']) })),
  versions: mostly(fc.array(text, { maxLength: 2 })),
  removalBehavior: mostly(object({ subscriptions: fc.constantFrom<Json>('Keep', 'keep') })),
  complianceConfig: mostly(object({ upgradesAvailable: fc.constantFrom<Json>('Compliant', 'x') })),
});
const certificate = object({
  ...common,
  namespaceSelector: mostly(namespaces),
  labelSelector: mostly(texts),
  minimumDuration: fc.constantFrom<Json>('300h', '1d', '{{ x }}'),
  maximumCADuration: mostly(fc.constant<Json>('87600h')),
  allowedSANPattern: mostly(text),
  more: odd,
});

const template = fc
  .oneof(
    fc.tuple(fc.constant('ConfigurationPolicy'), fc.constant('v1'), config),
    fc.tuple(fc.constant('OperatorPolicy'), fc.constant('v1beta1'), operator),
    fc.tuple(fc.constant('CertificatePolicy'), fc.constant('v1'), certificate),
    fc.tuple(fc.constant('Rule'), fc.constant('v1'), config),
  )
  .chain(([kind, version, spec]) =>
    fc
      .tuple(mostly(name), object({ labels: mostly(texts), annotations: texts, namespace: name }))
      .map(
        ([named, metadata]): Json => ({
          apiVersion: `${group}/${version}`,
          kind,
          metadata: { ...metadata, name: named },
          spec,
        }),
      ),
  );

const dependency = fc
  .tuple(name, fc.constantFrom<Json>('Compliant', 'Pending', 'compliant'), fc.boolean())
  .map(
    ([of, compliance, isPolicy]): Json => ({
      apiVersion: isPolicy ? `${group}/v1` : 'acme.io/v1',
      kind: isPolicy ? 'Policy' : 'Widget',
      name: of,
      compliance,
    }),
  );

const entry = fc
  .tuple(
    mostly(template),
    object({
      extraDependencies: mostly(fc.array(dependency, { maxLength: 2 })),
      ignorePending: mostly(fc.boolean()),
    }),
    fc.nat(3),
  )
  .map(
    ([objectDefinition, more, chance]): Json => ({
      objectDefinition,
      ...(chance === 0 ? more : {}),
    }),
  );

/** A Policy of any form, in namespace `ns`. */
export const anyPolicy: fc.Arbitrary<KubeObject> = fc
  .tuple(
    name,
    object({ labels: mostly(texts), annotations: mostly(texts) }),
    object({
      remediationAction: fc.constantFrom<Json>('inform', 'enforce', 'Enforce'),
      dependencies: mostly(fc.array(dependency, { maxLength: 2 })),
      copyPolicyMetadata: mostly(fc.boolean()),
      hubTemplateOptions: mostly(object({ serviceAccountName: text })),
    }),
    fc.array(mostly(entry), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(
    ([named, metadata, spec, templates, disabled]) =>
      ({
        apiVersion: `${group}/v1`,
        kind: 'Policy',
        metadata: { ...metadata, name: named, namespace: 'ns' },
        spec: { ...spec, disabled, 'policy-templates': templates },
      }) as unknown as KubeObject,
  );
