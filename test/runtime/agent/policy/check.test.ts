import { expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import type { JsonObject } from '../../../../src/base/json.ts';
import { checkAnnotation } from '../../../../src/ir/lower/carried-check.ts';
import { lower } from '../../../../src/ir/lower/lower.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import type { ConfigurationPolicyStatus } from '../../../../src/kube/ocm/policy.ts';
import { compile } from '../../../../src/lang/compile.ts';
import { evaluatePolicies } from '../../../../src/runtime/agent/policy/evaluate.ts';
import { readCase } from '../../../lang/case.ts';
import { snapshotOf } from '../../../support/snapshot.ts';

const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const controller = evaluatePolicies({ clusterName: 'c1' });

/** What the agent makes of the policy's template on its cluster. */
function templateOf(block: string): KubeObject {
  const text = `namespace shop\nplacement all { }\npolicy p {\n  on: [all]\n  ${block}\n}`;
  const { program } = compile(readCase(text));
  if (program === null) throw new Error('it does not compile');
  const policy = lower(program).objects.find(({ object }) => object.kind === 'Policy')?.object;
  const spec = policy?.spec as unknown as {
    readonly 'policy-templates': readonly { readonly objectDefinition: JsonObject }[];
  };
  const object = spec['policy-templates'][0]?.objectDefinition as unknown as KubeObject;
  return { ...object, metadata: { ...object.metadata, namespace: 'c1', generation: 1 } };
}

const check = templateOf(
  'check owned { each: ConfigMap, where: object.metadata.namespace != "kube-system", require: has(object.data["owner"]), message: "${object.metadata.name} has no owner" }',
);
const map = (name: string, data: JsonObject, namespace = 'shop') =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  }) as unknown as KubeObject;

function statusOf(objects: readonly KubeObject[]): ConfigurationPolicyStatus {
  const snapshot = snapshotOf({ cluster: objects });
  const { actions } = controller.reconcile(objects[0]?.metadata.name ?? '', snapshot, now);
  const patch = actions.find((action) => action.do === 'patchStatus');
  if (patch?.do !== 'patchStatus') throw new Error('no status');
  return patch.status as ConfigurationPolicyStatus;
}

test('a check is judged over all objects of its kind on the cluster, and reported', () => {
  const wrong = [map('a', {}), map('b', { owner: 'x' }), map('c', {}, 'kube-system')];
  const status = statusOf([check, ...wrong]);
  expect(status.compliant).toBe('NonCompliant');
  expect(JSON.stringify(status.compliancyDetails)).toContain('a has no owner');
  expect(status.relatedObjects?.map(({ object }) => object?.metadata)).toEqual([
    { name: 'a', namespace: 'shop' },
  ]);
  expect(statusOf([check, map('b', { owner: 'x' })]).compliant).toBe('Compliant');
});

test('the objects it looks at are listed and watched', () => {
  const { alsoList } = controller.reconcile('owned', snapshotOf({ cluster: [check] }), now);
  expect(alsoList).toEqual([
    { kind: { group: '', version: 'v1', kind: 'ConfigMap' }, at: 'cluster' },
  ]);
});

test('an agent of upstream says that it cannot judge it, as silence would be compliance', () => {
  const spec = check.spec as unknown as JsonObject;
  expect(spec['object-templates']).toBeUndefined();
  expect(spec['object-templates-raw']).toContain('{{ fail "');
});

test('moving a check in its file changes nothing that is delivered', () => {
  const block = 'check c { each: Pod, require: object.metadata.name == "x" }';
  expect(templateOf(`// moved\n\n  ${block}`)).toEqual(templateOf(block));
});

test.each(['', '{', '[]', '{"template":"check"}', '{"template":"config"}', '[['.repeat(5000)])(
  'what is no check is refused: %.20s',
  (text) => {
    const metadata = { ...check.metadata, annotations: { [checkAnnotation]: text } };
    const status = statusOf([{ ...check, metadata }]);
    expect(status.compliant).toBe('NonCompliant');
    expect(JSON.stringify(status.compliancyDetails)).toContain('cannot be read');
  },
);

test('a check in Rego is not passed over in silence', () => {
  const rego = templateOf(
    'rego r { each: Pod, allow: "data.a.allow", source: file("a.rego") }\n}\n//# file: a.rego\npackage a\n//# file: b.txt\n{',
  );
  const status = statusOf([rego]);
  expect(status.compliant).toBe('NonCompliant');
  expect(JSON.stringify(status.compliancyDetails)).toContain('not judged by this agent yet');
});
