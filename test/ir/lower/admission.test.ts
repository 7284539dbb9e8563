import { expect, test } from 'vitest';
import { lower } from '../../../src/ir/lower/lower.ts';
import { compile } from '../../../src/lang/compile.ts';
import { readCase } from '../../lang/case.ts';

function specOf(mode: string, more = ''): Readonly<Record<string, unknown>> {
  const { program } = compile(
    readCase(`namespace shop
placement all { }
policy p {
  on: [all]${mode}
  ${more}
  check c { each: Pod, via: admission, require: !(object.spec.hostNetwork ?? false) }
}`),
  );
  if (program === null) throw new Error('it does not compile');
  const policy = lower(program).objects.find(({ object }) => object.kind === 'Policy');
  return policy?.object.spec as Readonly<Record<string, unknown>>;
}

const actions = (spec: Readonly<Record<string, unknown>>) =>
  JSON.stringify(spec).match(/"validationActions":(\[[^\]]*\])/)?.[1];

test('under enforce a check via admission denies', () => {
  const spec = specOf('\n  mode: enforce');
  expect(spec['remediationAction']).toBe('enforce');
  expect(actions(spec)).toBe('["Deny"]');
});

// What a policy says overrides its templates, so it says nothing where they differ.
test.each(['', '\n  mode: inform'])(
  'else it warns, and is put on the cluster all the same',
  (mode) => {
    const spec = specOf(mode, 'musthave Namespace a { }');
    expect(spec['remediationAction']).toBeUndefined();
    expect(actions(spec)).toBe('["Warn","Audit"]');
    const said = JSON.stringify(spec).match(/"remediationAction":"\w+"/g);
    expect(said).toEqual(['"remediationAction":"inform"', '"remediationAction":"enforce"']);
  },
);

test('namespaces become conditions, and a policy without such checks is as it was', () => {
  const spec = specOf('', 'namespaces: { include: ["shop-*", "a.b"], exclude: ["x?"] }');
  const [template] = spec['policy-templates'] as readonly {
    objectDefinition: { spec: { 'object-templates': readonly { objectDefinition: object }[] } };
  }[];
  const policy = template?.objectDefinition.spec['object-templates'][0]?.objectDefinition as {
    spec: { matchConditions: readonly { expression: string }[] };
  };
  const namespace = 'object.metadata.?namespace.orValue("")';
  expect(policy.spec.matchConditions.map(({ expression }) => expression)).toEqual([
    `${namespace} == "" || (${namespace}.matches("^(shop-.*|a\\\\.b)$") && !${namespace}.matches("^(x.)$"))`,
  ]);
});
