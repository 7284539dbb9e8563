import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../src/base/json.ts';
import { evaluate, type PolicyInput } from '../../../src/engine/policy/evaluate.ts';
import type { Remedy } from '../../../src/engine/policy/single.ts';
import { liftConfigurationPolicy } from '../../../src/ir/lift/configuration-policy.ts';
import { type KubeObject, refKey, refOf } from '../../../src/kube/object.ts';
import { kinds, namespace, policy, template } from './builders.ts';

const scalar: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  'a',
  'b',
  '1',
  '1Gi',
  '1024Mi',
  1,
  0,
  2.5,
  true,
  false,
  '',
  null,
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'name', 'c'), tie('value'), { maxKeys: 3 }),
  ),
}));
const content = fc.dictionary(fc.constantFrom('spec', 'data', 'rules'), value, { maxKeys: 3 });
const texts = fc.dictionary(fc.constantFrom('k', 'l'), fc.constantFrom('v', 'w'), { maxKeys: 2 });
const objects = fc
  .tuple(fc.constantFrom('x', 'y', 'z'), content, fc.option(texts), fc.option(texts))
  .map(
    ([name, fields, labels, annotations]): JsonObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name,
        namespace: 'default',
        ...(labels && { labels }),
        ...(annotations && { annotations }),
      },
      ...fields,
    }),
  );
const clusters = fc.uniqueArray(objects, {
  maxLength: 3,
  selector: ({ metadata }) => (metadata as JsonObject)['name'],
});
const types = fc.constantFrom('musthave', 'mustonlyhave', 'mustnothave');

/** What a cluster does with remedies. */
function applied(cluster: readonly KubeObject[], remedies: readonly Remedy[]): KubeObject[] {
  const after = new Map(cluster.map((object) => [refKey(refOf(object)), object]));
  for (const remedy of remedies) {
    const key = refKey(refOf(remedy.object));
    if (remedy.do === 'delete') after.delete(key);
    else after.set(key, remedy.object);
  }
  return [...after.values()];
}

function inputOf(
  type: string,
  wanted: JsonObject,
  cluster: readonly JsonObject[],
  compat: 'upstream' | undefined,
): PolicyInput {
  return {
    policy: policy([template(type, wanted)]),
    remediation: 'enforce',
    kinds,
    namespaces: [namespace('default')],
    objects: cluster as unknown as readonly KubeObject[],
    ...(compat === undefined ? {} : { compat }),
  };
}

const compats = fc.constantFrom('upstream' as const, undefined);

test('what its remedies make of a cluster is compliant', () => {
  fc.assert(
    fc.property(types, objects, clusters, compats, (type, wanted, cluster, compat) => {
      const input = inputOf(type, wanted, cluster, compat);
      const first = evaluate(input);
      const second = evaluate({ ...input, objects: applied(input.objects, first.remedies) });
      // An object that cannot be compared (a map where a list is) is told of and left alone.
      const untouchable = first.violations.some(({ message }) =>
        message.startsWith('Error merging'),
      );
      if (!untouchable) expect(second.compliance).toBe('Compliant');
      expect(second.remedies).toEqual([]);
    }),
  );
});

test('a compliant cluster needs no remedy, and one that is not gets one where it may', () => {
  fc.assert(
    fc.property(types, objects, clusters, (type, wanted, cluster) => {
      const { compliance, remedies, violations } = evaluate(
        inputOf(type, wanted, cluster, undefined),
      );
      expect(compliance === 'Compliant').toBe(violations.length === 0);
      if (compliance === 'Compliant') expect(remedies).toEqual([]);
    }),
  );
});

test('an object has what a template says that is made of it', () => {
  fc.assert(
    fc.property(objects, (live) => {
      const { compliance } = evaluate(inputOf('musthave', live, [live], undefined));
      expect(compliance).toBe('Compliant');
    }),
  );
});

test('the order of the objects of a cluster does not matter', () => {
  fc.assert(
    fc.property(types, objects, clusters, (type, wanted, cluster) => {
      const input = inputOf(type, withoutName(wanted), cluster, undefined);
      const turned = { ...input, objects: [...input.objects].reverse() };
      expect(evaluate(turned)).toEqual(evaluate(input));
    }),
  );
});

test('never throws, whatever the policy and the cluster say', () => {
  const key = fc.constantFrom(
    'apiVersion',
    'kind',
    'metadata',
    'name',
    'labels',
    'spec',
    '__proto__',
    'constructor',
  );
  const anything = fc.jsonValue() as fc.Arbitrary<Json>;
  const odd = fc
    .array(fc.tuple(key, anything), { maxLength: 5 })
    .map((entries) =>
      JSON.parse(
        `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`,
      ),
    );
  fc.assert(
    fc.property(odd, odd, objects, anything, (wanted, live, found, selector) => {
      const lifted = liftConfigurationPolicy({
        metadata: { name: 'p' },
        spec: {
          namespaceSelector: isJsonObject(selector) ? selector : { include: ['*'] },
          'object-templates': [
            { complianceType: 'musthave', objectDefinition: wanted },
            { complianceType: 'mustonlyhave', objectDefinition: { ...found, ...wanted } },
          ],
        },
      });
      const cluster = [
        {
          ...found,
          ...live,
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: found['metadata'],
        },
      ];
      const outcome = evaluate({
        policy: lifted,
        remediation: 'enforce',
        kinds: () => ({ plural: 'things', namespaced: true }),
        namespaces: [namespace('default')],
        objects: cluster as unknown as readonly KubeObject[],
      });
      expect(typeof outcome.compliance).toBe('string');
    }),
  );
});

function withoutName({ metadata, ...rest }: JsonObject): JsonObject {
  const { name: _name, ...others } = metadata as JsonObject;
  return { ...rest, metadata: others };
}
