import type { Client, Reply } from './harness.ts';

/** A definition that is made. */
export interface DefinitionCase {
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
}

type Free = Readonly<Record<string, unknown>>;

const fields: Free = {
  a: { type: 'string' },
  n: { type: 'integer' },
  l: { type: 'array', maxItems: 10, items: { type: 'string', maxLength: 10 } },
};
const rule = (text: string, more: Free = {}, properties: Free = fields): Free => ({
  ...{ type: 'object', properties },
  'x-kubernetes-validations': [{ rule: text, ...more }],
});

/** Schemas of `spec`, most of them wrong. */
const schemas: Readonly<Record<string, Free>> = {
  compile: rule('self.a <'),
  'undefined field': rule('self.nope == 1'),
  'type mismatch': rule('self.a == 1'),
  'not bool': rule('self.n + 1'),
  'unknown fn': rule('foo(self.a)'),
  'oldSelf ok': rule('self.n >= oldSelf.n'),
  'empty rule': rule(''),
  blank: rule('  '),
  'reason bad': rule('true', { reason: 'Nope' }),
  'reason ok': rule('true', { reason: 'FieldValueForbidden' }),
  'fieldPath bad': rule('true', { fieldPath: '.nope' }),
  'fieldPath ok': rule('true', { fieldPath: '.a' }),
  'fieldPath syntax': rule('true', { fieldPath: 'a' }),
  'messageExpression bad': rule('true', { messageExpression: 'self.n' }),
  'messageExpression compile': rule('true', { messageExpression: 'self.' }),
  'messageExpression ok': rule('true', { messageExpression: '"x" + self.a' }),
  'message newline': rule('true', { message: 'a\nb' }),
  'message empty w/ newline rule': rule('true\n'),
  'message blank': rule('true', { message: ' ' }),
  optionalOldSelf: rule('oldSelf.hasValue() ? true : true', { optionalOldSelf: true }),
  'optionalOldSelf unused': rule('true', { optionalOldSelf: true }),
  'optionalOldSelf false': rule('oldSelf.n == 1', { optionalOldSelf: false }),
  'oldSelf hasValue w/o': rule('oldSelf.hasValue()'),
  cost: {
    type: 'object',
    properties: { l: { type: 'array', items: { type: 'string' } } },
    'x-kubernetes-validations': [{ rule: 'self.l.all(x, self.l.all(y, x.contains(y)))' }],
  },
  reserved: rule('self.__namespace__ == "x"', {}, { namespace: { type: 'string' } }),
  escape: rule('self.a__dash__b == "x"', {}, { 'a-b': { type: 'string' } }),
  format: rule(
    'self.d < timestamp("2020-01-01T00:00:00Z")',
    {},
    { d: { type: 'string', format: 'date-time' } },
  ),
  duration: rule('self.d < duration("1s")', {}, { d: { type: 'string', format: 'duration' } }),
  'int-or-string': rule(
    'type(self.x) == int ? self.x > 1 : self.x.endsWith("%")',
    {},
    { x: { 'x-kubernetes-int-or-string': true } },
  ),
  preserve: rule(
    'self.p.x == 1',
    {},
    { p: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  ),
  has: rule('has(self.a)'),
  quantity: rule('quantity(self.a).isGreaterThan(quantity("1"))'),
  url: rule('url(self.a).getHost() == "x"'),
  ip: rule('ip(self.a).family() == 4'),
  cidr: rule('cidr("10.0.0.0/8").containsIP(self.a)'),
  'regex bad': rule('self.a.matches("[")'),
  'format lib': rule('!format.dns1123Label().validate(self.a).hasValue()'),
  sets: rule('sets.contains(self.l, ["a"])'),
  semver: rule('semver(self.a).major() == 1'),
  authorizer: rule('authorizer.path("/x").check("get").allowed()'),
  'two var': rule('self.l.all(i, v, i > 0)'),
  'two var type': rule('self.l.all(i, v, v > 0)'),
  'two var same name': rule('self.l.all(i, i, i > 0)'),
  'two var no name': rule('self.l.all(i, self.a, i > 0)'),
  'two var accumulator': rule('self.l.exists(i, __result__, i > 0)'),
  'two var transform': rule('self.l.transformMap(i, v, v + "x")[0] == "ax"'),
  'two var entry': rule('self.l.transformMapEntry(i, v, {v: i}).size() == self.l.size()'),
  'two var entry type': rule('self.l.transformMapEntry(i, v, v).size() == 1'),
  'two var list': rule('self.l.transformList(i, v, i > 0, v) == ["x"]'),
  'two var existsOne': rule('self.l.existsOne(i, v, v == "x") && self.l.exists_one(i, v, i == 1)'),
  'existsOne with one': rule('self.l.existsOne(v, v == "x")'),
  optional: rule('self.?a.orValue("x") == "x"'),
  'root meta': rule('self.metadata.name == "x"'),
  math: rule('math.greatest(1,2) == 2'),
  strings: rule(
    'self.a.lowerAscii() == "x" && self.a.split(",").size() > 0 && "%d".format([1]) == "1"',
  ),
  lists: rule('self.l.isSorted() && self.l.indexOf("x") == 1'),
  'oldSelf in atomic list item': { type: 'array', maxItems: 5, items: rule('self.n == oldSelf.n') },
  'oldSelf in map list item': {
    type: 'array',
    maxItems: 5,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a'],
    items: { ...rule('self.n == oldSelf.n'), required: ['a'] },
  },
  'too many rules': {
    type: 'object',
    'x-kubernetes-validations': Array.from({ length: 101 }, () => ({ rule: 'true' })),
  },
  'rule no obj': {
    'x-kubernetes-int-or-string': true,
    'x-kubernetes-validations': [{ rule: 'self == 1' }],
  },
  // structural
  'no type': {},
  'unknown type': { type: 'foo' },
  'array no items': { type: 'array' },
  'array items arr': { type: 'array', items: [{ type: 'string' }] },
  'props+addprops': {
    type: 'object',
    properties: { a: { type: 'string' } },
    additionalProperties: { type: 'string' },
  },
  'addprops false': { type: 'object', additionalProperties: false },
  'nested no type': { type: 'object', properties: { a: {} } },
  'in anyOf type': { type: 'object', anyOf: [{ type: 'object' }] },
  'in anyOf prop': { type: 'object', anyOf: [{ properties: { x: { minimum: 1 } } }] },
  'int-or-string type': { type: 'string', 'x-kubernetes-int-or-string': true },
  'preserve no type': { 'x-kubernetes-preserve-unknown-fields': true },
  'preserve false': { type: 'object', 'x-kubernetes-preserve-unknown-fields': false },
  embedded: { type: 'object', 'x-kubernetes-embedded-resource': true },
  'embedded ok': {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
  },
  'list-type bad': { type: 'array', 'x-kubernetes-list-type': 'foo', items: { type: 'string' } },
  'map no keys': {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    items: { type: 'object', properties: { a: { type: 'string' } } },
  },
  'map key missing': {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['b'],
    items: { type: 'object', properties: { a: { type: 'string' } } },
  },
  'map key optional': {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a'],
    items: { type: 'object', properties: { a: { type: 'string' } } },
  },
  'map key default': {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a'],
    items: { type: 'object', properties: { a: { type: 'string', default: 'x' } } },
  },
  'map key obj': {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a'],
    items: { type: 'object', required: ['a'], properties: { a: { type: 'object' } } },
  },
  'set of obj': { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'object' } },
  'map-type bad': { type: 'object', 'x-kubernetes-map-type': 'x' },
  'keys on set': {
    type: 'array',
    'x-kubernetes-list-type': 'set',
    'x-kubernetes-list-map-keys': ['a'],
    items: { type: 'string' },
  },
  'list type on object': { type: 'object', 'x-kubernetes-list-type': 'set' },
  'default bad type': { type: 'string', default: 1 },
  'default ok': { type: 'string', default: 'x' },
  'default invalid enum': { type: 'string', enum: ['a'], default: 'b' },
  'default unknown field': {
    type: 'object',
    properties: { a: { type: 'string' } },
    default: { b: 1 },
  },
  'default null': { type: 'string', default: null },
  'default violates rule': {
    type: 'integer',
    default: 1,
    'x-kubernetes-validations': [{ rule: 'self > 5' }],
  },
  'default keeps rule': {
    type: 'integer',
    default: 6,
    'x-kubernetes-validations': [{ rule: 'self > 5' }],
  },
  'default violates rule below': {
    type: 'object',
    default: { a: { b: 1 } },
    properties: {
      a: {
        type: 'object',
        properties: {
          b: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 5' }] },
        },
      },
    },
  },
  'default violates rule of change': {
    type: 'integer',
    default: 1,
    'x-kubernetes-validations': [{ rule: 'self > oldSelf' }],
  },
  'default keeps rule of change': {
    type: 'integer',
    default: 1,
    'x-kubernetes-validations': [{ rule: 'self == oldSelf' }],
  },
  'default violates rule of first value': {
    type: 'integer',
    default: 1,
    'x-kubernetes-validations': [{ rule: 'oldSelf.hasValue() || self > 5', optionalOldSelf: true }],
  },
  'default violates rule with a path': {
    ...rule('self.n > 5', { fieldPath: '.n', reason: 'FieldValueForbidden' }),
    default: { n: 1 },
  },
  'default fails rule': {
    ...rule('self.l[3] == "x"'),
    default: { l: ['a'] },
  },
  'default with a rule that does not compile': {
    ...rule('self.nope == 1'),
    default: { n: 1 },
  },
  'default of an item': {
    type: 'array',
    maxItems: 3,
    items: {
      type: 'object',
      properties: {
        n: { type: 'integer', default: 2, 'x-kubernetes-validations': [{ rule: 'self != 2' }] },
      },
    },
  },
  'default of an embedded resource': {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    default: { apiVersion: 'v1', kind: 'A', metadata: { name: 'b' } },
    'x-kubernetes-validations': [{ rule: 'self.metadata.name == "a"' }],
  },
  'pattern bad': { type: 'string', pattern: '[' },
  'pattern lookahead': { type: 'string', pattern: '(?=x)' },
  'pattern ok': { type: 'string', pattern: '^a+$' },
  $ref: { $ref: '#/x' },
  definitions: { type: 'object', definitions: { a: { type: 'string' } } },
  dependencies: { type: 'object', dependencies: { a: ['b'] } },
  patternProperties: { type: 'object', patternProperties: { a: { type: 'string' } } },
  additionalItems: {
    type: 'array',
    items: { type: 'string' },
    additionalItems: { type: 'string' },
  },
  uniqueItems: { type: 'array', items: { type: 'string' }, uniqueItems: true },
  nullable: { type: 'string', nullable: true },
  'format unknown': { type: 'string', format: 'x' },
  'enum empty': { type: 'string', enum: [] },
  'enum types': { type: 'string', enum: [1] },
  'required unknown': { type: 'object', required: ['x'] },
  'min>max': { type: 'integer', minimum: 5, maximum: 1 },
  'unknown kw': { type: 'object', foo: 1 },
  const: { type: 'string', const: 'x' },
  'minimum str': { type: 'integer', minimum: '1' },
  'type arr': { type: ['string'] },
  deps: { type: 'object', 'x-kubernetes-foo': 1 },
  oneOf: {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    oneOf: [{ required: ['a'] }, { required: ['b'] }],
  },
  not: { type: 'object', not: { required: ['x'] } },
  'not type': { type: 'object', not: { type: 'object' } },
  'default in anyOf': { type: 'object', anyOf: [{ default: 1 }] },
  'nullable anyOf': { type: 'object', anyOf: [{ nullable: true }] },
  'maxLength -1': { type: 'string', maxLength: -1 },
  multipleOf: { type: 'integer', multipleOf: 2 },
  exclusive: { type: 'integer', minimum: 1, exclusiveMinimum: true },
  'exclusive num': { type: 'integer', exclusiveMinimum: 1 },
  title: { type: 'string', title: 'x', description: 'y', example: 'z', externalDocs: { url: 'x' } },
};

const version = (name: string, more: Free = {}): Free => ({
  ...{ name, served: true, storage: false },
  schema: { openAPIV3Schema: { type: 'object' } },
  ...more,
});

/** Other parts of a definition. */
const parts: Readonly<Record<string, Free>> = {
  'conv webhook no client': { conversion: { strategy: 'Webhook' } },
  'conv webhook': {
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { url: 'https://x.example.com/c' },
      },
    },
  },
  'conv webhook v9': {
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v9'],
        clientConfig: { url: 'https://x.example.com/c' },
      },
    },
  },
  'conv bad': { conversion: { strategy: 'Foo' } },
  'conv none w webhook': {
    conversion: {
      strategy: 'None',
      webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://x' } },
    },
  },
  'conv http': {
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { url: 'http://x.example.com/c' },
      },
    },
  },
  'two storage': { versions: [version('v1', { storage: true }), version('v2', { storage: true })] },
  'no storage': { versions: [version('v1')] },
  'no versions': { versions: [] },
  'dup versions': { versions: [version('v1', { storage: true }), version('v1')] },
  'bad version name': { versions: [version('V1', { storage: true })] },
  'no schema': { versions: [{ name: 'v1', served: true, storage: true }] },
  'none served': { versions: [version('v1', { storage: true, served: false })] },
  preserveUnknown: { preserveUnknownFields: true },
  'scope bad': { scope: 'Foo' },
  'scope none': { scope: '' },
  'group bad': { group: 'Example.com' },
  'group other': { group: 'other.com' },
  'group nodot': { group: 'example' },
  'k8s group': { group: 'foo.k8s.io' },
  'names bad kind': { names: { plural: 'named', kind: 'a-b_c' } },
  'names bad short': { names: { plural: 'named', kind: 'X', shortNames: ['A B'] } },
  'names kind=listKind': { names: { plural: 'named', kind: 'Xx', listKind: 'Xx' } },
  categories: { names: { plural: 'named', kind: 'X', categories: ['all', 'B C'] } },
  'plural bad': { names: { plural: 'A', kind: 'X' } },
  'unknown field': { foo: 1 },
  deprecated: {
    versions: [version('v1', { storage: true, deprecated: true, deprecationWarning: 'x' })],
  },
  'deprecationWarning w/o': {
    versions: [version('v1', { storage: true, deprecationWarning: 'x' })],
  },
  'depr newline': {
    versions: [version('v1', { storage: true, deprecated: true, deprecationWarning: 'x\ny' })],
  },
  scale: {
    versions: [
      version('v1', {
        storage: true,
        subresources: { scale: { specReplicasPath: '.spec.r', statusReplicasPath: '.status.r' } },
      }),
    ],
  },
  'scale bad': {
    versions: [
      version('v1', {
        storage: true,
        subresources: { scale: { specReplicasPath: '.x.r', statusReplicasPath: '.status.r' } },
      }),
    ],
  },
  'scale none': { versions: [version('v1', { storage: true, subresources: { scale: {} } })] },
  'scale idx': {
    versions: [
      version('v1', {
        storage: true,
        subresources: {
          scale: {
            specReplicasPath: '.spec.r[0]',
            statusReplicasPath: '.status.r',
            labelSelectorPath: '.spec.x',
          },
        },
      }),
    ],
  },
  columns: {
    versions: [
      version('v1', {
        storage: true,
        additionalPrinterColumns: [{ name: 'a', type: 'string', jsonPath: '.spec.a' }],
      }),
    ],
  },
  'columns bad': {
    versions: [
      version('v1', {
        storage: true,
        additionalPrinterColumns: [{ name: 'a', type: 'foo', jsonPath: '.spec.a' }],
      }),
    ],
  },
  'columns path': {
    versions: [
      version('v1', {
        storage: true,
        additionalPrinterColumns: [{ name: 'a', type: 'string', jsonPath: 'spec.a[' }],
      }),
    ],
  },
  'columns none': {
    versions: [
      version('v1', {
        storage: true,
        additionalPrinterColumns: [{ name: '', type: '', jsonPath: '' }],
      }),
    ],
  },
  'columns fmt': {
    versions: [
      version('v1', {
        storage: true,
        additionalPrinterColumns: [{ name: 'a', type: 'string', format: 'foo', jsonPath: '.a' }],
      }),
    ],
  },
  selectable: {
    versions: [
      version('v1', {
        storage: true,
        selectableFields: [{ jsonPath: '.spec.a' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
          },
        },
      }),
    ],
  },
  'selectable unknown': {
    versions: [version('v1', { storage: true, selectableFields: [{ jsonPath: '.spec.zzz' }] })],
  },
  'selectable arr': {
    versions: [
      version('v1', {
        storage: true,
        selectableFields: [{ jsonPath: '.spec.a' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { a: { type: 'array', items: { type: 'string' } } },
              },
            },
          },
        },
      }),
    ],
  },
  'root meta schema': {
    versions: [
      version('v1', {
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              metadata: { type: 'object', properties: { name: { type: 'string', pattern: '^x' } } },
              apiVersion: { type: 'string' },
              kind: { type: 'string' },
            },
          },
        },
      }),
    ],
  },
  'root meta labels': {
    versions: [
      version('v1', {
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              metadata: { type: 'object', properties: { labels: { type: 'object' } } },
            },
          },
        },
      }),
    ],
  },
  'root rule': {
    versions: [
      version('v1', {
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            'x-kubernetes-validations': [
              { rule: 'self.metadata.name.startsWith("x") && self.kind == "X"' },
            ],
          },
        },
      }),
    ],
  },
  'root rule labels': {
    versions: [
      version('v1', {
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            'x-kubernetes-validations': [{ rule: 'self.metadata.labels.size() > 0' }],
          },
        },
      }),
    ],
  },
  'root not object': {
    versions: [version('v1', { storage: true, schema: { openAPIV3Schema: { type: 'string' } } })],
  },
  'root no type': { versions: [version('v1', { storage: true, schema: { openAPIV3Schema: {} } })] },
  'root preserve': {
    versions: [
      version('v1', {
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      }),
    ],
  },
  'root nullable': {
    versions: [
      version('v1', {
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', nullable: true } },
      }),
    ],
  },
};

function definition(plural: string, schema: Free, more: Free): Free {
  const spec = {
    ...{ group: 'example.com', scope: 'Namespaced' },
    names: { plural, singular: 'one', kind: 'Kind', listKind: 'KindList' },
    versions: [
      version('v1', {
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: schema } } },
      }),
    ],
    ...more,
  };
  const { plural: named = plural } = spec.names as { readonly plural?: string };
  return {
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    metadata: { name: `${named}.${(spec as { readonly group: string }).group}` },
    spec,
  };
}

/** Definitions with something wrong or odd in them. */
export const definitionCases: readonly DefinitionCase[] = [
  ...Object.entries(schemas).map(([name, schema]) => ({
    name: `schema ${name}`,
    definition: definition('things', schema, {}),
  })),
  ...Object.entries(parts).map(([name, more]) => ({
    name: `part ${name}`,
    definition: definition('things', { type: 'object' }, more),
  })),
];

export const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Makes one without a trace. */
export function tryDefinition(
  client: Client,
  { definition: object }: DefinitionCase,
): Promise<Reply> {
  return client.post(`${definitionsPath}?dryRun=All`, object);
}
