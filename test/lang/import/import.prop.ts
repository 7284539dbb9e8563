import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { type KubeObject, refKey, refOf } from '../../../src/kube/object.ts';
import { importYaml } from '../../../src/lang/import/import.ts';
import { formatText } from '../../../src/lang/index.ts';
import { expectSame } from './round-trip.ts';

/** JSON in ASCII is YAML that both dialects read alike. */
function yamlOf(objects: readonly KubeObject[]): string {
  const json = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  return json.replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const odd = fc.constantFrom(
  '',
  'y',
  'on',
  'null',
  '1e3',
  'a\nb',
  'a\nb\n',
  '  indented\nless\n',
  '\n',
  'x ``` y\n```\n',
  '```\n',
  'tab\tand\\slash "quoted"',
  '${x}',
  '\\${',
  '{{ .Name }}',
  '{{hub fromConfigMap "" "a" "b" | toInt hub}}',
  '{{- range .x }}\n- a\n{{- end }}',
  'carriage\r\nreturn\r\n',
  '\u0000\u001f\u007f\u0085\u2028\ud800',
  'é — 漢字 🙂',
  ' // no comment',
);
const text = fc.oneof(
  odd,
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const key = fc
  .oneof(
    fc.constantFrom(
      'in',
      'not',
      'for',
      'if',
      'constructor',
      'toString',
      'a-b',
      'a.b/c',
      'kind',
      '',
    ),
    text,
  )
  .filter((word) => word !== '__proto__');
const scalar: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger(),
  // Written as whole numbers they would be refused: beyond 2^53 JSON does not keep them.
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (value === 0 ? 0 : value))
    .filter((value) => Number.isSafeInteger(value) || !/^-?\d+$/.test(String(value))),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 3, noNullPrototype: true }),
  ) as fc.Arbitrary<Json>,
}));
const body = fc.dictionary(
  key.filter((word) => !['apiVersion', 'kind', 'metadata', 'status'].includes(word)),
  json,
  { maxKeys: 3, noNullPrototype: true },
);
const labels = fc.dictionary(key, text, { maxKeys: 2, noNullPrototype: true });
const name = fc.constantFrom('web', 'a.b', 'in', '3scale', 'x-y', 'kind');
const namespace = fc.constantFrom('shop', 'lab');
const metadata = fc.record(
  { name, namespace, labels, annotations: labels },
  { requiredKeys: ['name'], noNullPrototype: true },
);

const resource: fc.Arbitrary<KubeObject> = fc
  .tuple(
    fc.constantFrom(
      ['v1', 'ConfigMap'],
      ['apps/v1', 'Deployment'],
      ['acme.io/v1', 'Thing'],
      ['other.io/v1beta1', 'Thing'],
      ['v1', 'Namespace'],
      ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
    ),
    metadata,
    body,
  )
  .map(([[apiVersion = '', kind = ''], meta, rest]) => ({
    apiVersion,
    kind,
    metadata: meta,
    ...rest,
  }));

const requirement = fc.record(
  {
    key: fc.constantFrom('env', 'acme.io/tier', 'not a key'),
    operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt'),
    values: fc.array(fc.constantFrom('prod', 'stage', 'no value!', ''), { maxLength: 3 }),
  },
  { requiredKeys: ['key', 'operator'], noNullPrototype: true },
);
const selector = fc.record(
  {
    matchLabels: fc.dictionary(fc.constantFrom('env', 'ring', 'x/y'), fc.constantFrom('a', ''), {
      noNullPrototype: true,
    }),
    matchExpressions: fc.array(requirement, { maxLength: 3 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const cel = fc.constantFrom(
  'managedCluster.metadata.name == "x"',
  '"memory" in managedCluster.status.allocatable && quantity(managedCluster.status.allocatable["memory"]).compareTo(quantity("64Gi")) >= 0',
  '!managedCluster.spec.?taints.orValue([]).exists(t, t.key == "drain")',
  'managedCluster.scores("usage").exists(s, s.name == "cpu" && s.value > 80)',
  'managedCluster.metadata.labels["a"].startsWith("b")',
  'managedCluster.status.conditions.exists(c, c.type == "Ready" && c.status == "True")',
  ' padded ',
  'two\nlines',
  '',
);
const predicate = fc.record(
  {
    requiredClusterSelector: fc.record(
      {
        labelSelector: selector,
        claimSelector: fc.record({ matchExpressions: fc.array(requirement, { maxLength: 2 }) }),
        celSelector: fc.record({ celExpressions: fc.array(cel, { maxLength: 2 }) }),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { noNullPrototype: true },
);
const toleration = fc.record(
  {
    key: fc.constantFrom('gpu', 'cluster.open-cluster-management.io/unreachable'),
    operator: fc.constantFrom('Exists', 'Equal', 'Odd'),
    value: fc.constantFrom('a', ''),
    effect: fc.constantFrom('NoSelect', 'NoSelectIfNew'),
    tolerationSeconds: fc.constantFrom(0, 90, 600, 7200),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const prioritizer = fc.record({
  scoreCoordinate: fc.oneof(
    fc.record({
      type: fc.constant('BuiltIn'),
      builtIn: fc.constantFrom('Steady', 'Balance', 'ResourceAllocatableCPU', 'Odd'),
    }),
    fc.record({
      type: fc.constant('AddOn'),
      addOn: fc.record({ resourceName: fc.constantFrom('a', 'b'), scoreName: fc.constant('c') }),
    }),
  ),
  weight: fc.integer({ min: -11, max: 11 }),
});
const placement: fc.Arbitrary<KubeObject> = fc
  .record({
    metadata: fc.record({ name, namespace: fc.constant('shop') }),
    spec: fc.record(
      {
        clusterSets: fc.array(fc.constantFrom('default', 'global', 'elsewhere'), { maxLength: 2 }),
        numberOfClusters: fc.nat(5),
        predicates: fc.array(predicate, { maxLength: 3 }),
        tolerations: fc.array(toleration, { maxLength: 2 }),
        prioritizerPolicy: fc.record(
          {
            mode: fc.constantFrom('Additive', 'Exact', 'Odd'),
            configurations: fc.array(prioritizer, { maxLength: 3 }),
          },
          { requiredKeys: [] },
        ),
        decisionStrategy: fc.record({
          groupStrategy: fc.record(
            {
              clustersPerDecisionGroup: fc.constantFrom(2, '25%', '0%', 0),
              decisionGroups: fc.array(
                fc.record({
                  groupName: fc.constantFrom('canary', 'early'),
                  groupClusterSelector: fc.record(
                    { labelSelector: selector },
                    { requiredKeys: [] },
                  ),
                }),
                { maxLength: 2 },
              ),
            },
            { requiredKeys: [] },
          ),
        }),
        newField: json,
      },
      { requiredKeys: [] },
    ),
  })
  .map((of) => ({
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    ...(JSON.parse(JSON.stringify(of)) as Pick<KubeObject, 'metadata' | 'spec'>),
  }));

const template = fc.oneof(
  fc.record({
    objectDefinition: fc.record({
      apiVersion: fc.constant('policy.open-cluster-management.io/v1'),
      kind: fc.constant('ConfigurationPolicy'),
      metadata: fc.record({ name }),
      spec: fc.record(
        {
          remediationAction: fc.constantFrom('inform', 'enforce', 'Inform'),
          severity: fc.constantFrom('low', 'High'),
          'object-templates': fc.array(
            fc.record(
              {
                complianceType: fc.constantFrom('musthave', 'mustnothave', 'MustHave'),
                objectDefinition: resource,
                recordDiff: fc.constantFrom('Log', 'None'),
              },
              { requiredKeys: ['complianceType', 'objectDefinition'] },
            ),
            { maxLength: 2 },
          ),
          'object-templates-raw': text,
          pruneObjectBehavior: fc.constantFrom('None', 'DeleteAll', 'Odd'),
          customMessage: fc.record({ compliant: text }, { requiredKeys: [] }),
        },
        { requiredKeys: [] },
      ),
    }),
  }),
  fc.record({ objectDefinition: resource }),
  fc.record({ objectDefinition: json }),
);
const policy: fc.Arbitrary<KubeObject> = fc
  .record({
    metadata: fc.record(
      {
        name,
        namespace: fc.constant('shop'),
        annotations: fc.dictionary(
          fc.constantFrom(
            'policy.open-cluster-management.io/description',
            'policy.open-cluster-management.io/controls',
            'x',
          ),
          text,
          { noNullPrototype: true },
        ),
      },
      { requiredKeys: ['name', 'namespace'] },
    ),
    spec: fc.record(
      {
        disabled: fc.boolean(),
        remediationAction: fc.constantFrom('inform', 'enforce', 'Enforce'),
        'policy-templates': fc.array(template, { maxLength: 3 }),
        extra: json,
      },
      { requiredKeys: ['disabled'] },
    ),
  })
  .map((of) => ({
    apiVersion: 'policy.open-cluster-management.io/v1',
    kind: 'Policy',
    ...(JSON.parse(JSON.stringify(of)) as Pick<KubeObject, 'metadata' | 'spec'>),
  }));

const module = fc.uniqueArray(fc.oneof(resource, placement, policy), {
  selector: (object) => refKey(refOf(object)),
  minLength: 1,
  maxLength: 4,
});

test('whatever the objects, what is imported compiles to them again', () => {
  fc.assert(
    fc.property(module, (objects) => {
      const { files, diagnostics } = importYaml({
        files: [{ uri: 'case.yaml', text: yamlOf(objects) }],
      });
      expect(diagnostics).toEqual([]);
      const made = files?.[0]?.text ?? '';
      expect(formatText(made).text).toBe(made);
      const wanted = JSON.parse(JSON.stringify(objects)) as readonly KubeObject[];
      expectSame(made, wanted);
    }),
    { numRuns: 60 },
  );
});

test('whatever the text, it is imported or refused with a place, and nothing is thrown', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'apiVersion: v1\n',
      'kind: ConfigMap\n',
      'metadata: { name: a }\n',
      '---\n',
      '# comment\n',
      '- &a [*a]\n',
      'data:\n  __proto__: 1\n',
      'a: &x {b: *x}\n',
      '  c: 9007199254740993\n',
      'n: .nan\n',
      '? [k]\n: v\n',
      '"open\n',
      '\t',
      '\u0000',
      'items: []\nkind: List\napiVersion: v1\n',
      '...\n',
      '%YAML 1.1\n',
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((all) => all.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (yaml) => {
        const { files, diagnostics } = importYaml({ files: [{ uri: 'case.yaml', text: yaml }] });
        expect(files === null).toBe(diagnostics.length > 0);
        for (const { span } of diagnostics) {
          expect(span.start).toBeLessThanOrEqual(yaml.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});
