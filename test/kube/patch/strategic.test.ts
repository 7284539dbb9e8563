import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { shapeOf } from '../../../src/kube/patch/built-in-shapes.ts';
import { strategicMergePatch } from '../../../src/kube/patch/strategic.ts';

const deployment = shapeOf({ group: 'apps', kind: 'Deployment' });
const pod = (...containers: JsonObject[]): JsonObject => ({
  spec: { template: { spec: { containers } } },
});
const after = (target: JsonObject, patch: JsonObject) => {
  const outcome = strategicMergePatch(target, patch, deployment);
  return outcome.ok ? outcome.value : outcome.message;
};
const web = { name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] };
const side = { name: 'side', image: 'side:1' };

describe('strategicMergePatch', () => {
  it('merges containers by name, and their variables by name', () => {
    const patch = pod({ name: 'web', env: [{ name: 'B', value: '2' }] });
    expect(after(pod(web, side), patch)).toEqual(
      pod(
        {
          ...web,
          env: [
            { name: 'B', value: '2' },
            { name: 'A', value: '1' },
          ],
        },
        side,
      ),
    );
  });

  it('puts a new container before those the patch does not name, as kube-apiserver does', () => {
    expect(after(pod(web), pod({ name: 'new', image: 'x' }))).toEqual(
      pod({ name: 'new', image: 'x' }, web),
    );
  });

  it('orders by $setElementOrder', () => {
    const order = { '$setElementOrder/containers': [{ name: 'side' }, { name: 'web' }] };
    const patch = { spec: { template: { spec: order } } };
    expect(after(pod(web, side), patch)).toEqual(pod(side, web));
  });

  it('deletes an entry, and replaces a list', () => {
    expect(after(pod(web, side), pod({ name: 'web', $patch: 'delete' }))).toEqual(pod(side));
    expect(after(pod(web), pod({ $patch: 'replace' }, side))).toEqual(pod(side));
  });

  it('replaces an object, or keeps some of its keys', () => {
    const rolling = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { a: 1 } } } };
    const recreate = { strategy: { $retainKeys: ['type'], type: 'Recreate' } };
    expect(after(rolling, { spec: recreate })).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    });
    expect(after(rolling, { spec: { strategy: { $patch: 'replace', type: 'x' } } })).toEqual({
      spec: { strategy: { type: 'x' } },
    });
  });

  it('merges sets of texts and takes texts out of them', () => {
    const target = { metadata: { finalizers: ['a', 'b'] } };
    expect(
      after(target, {
        metadata: { finalizers: ['c'], '$deleteFromPrimitiveList/finalizers': ['a'] },
      }),
    ).toEqual({ metadata: { finalizers: ['c', 'b'] } });
  });

  it('replaces lists without keys, and deletes by null', () => {
    const target = { spec: { template: { spec: { tolerations: [{ key: 'a' }] } }, replicas: 1 } };
    expect(
      after(target, {
        spec: { replicas: null, template: { spec: { tolerations: [{ key: 'b' }] } } },
      }),
    ).toEqual({ spec: { template: { spec: { tolerations: [{ key: 'b' }] } } } });
  });

  it('says what is wrong with a patch in Kubernetes’ words', () => {
    expect(after(pod(web), pod({ image: 'x' }))).toBe(
      'map: {"image":"x"} does not contain declared merge key: name',
    );
    expect(after({}, { spec: { $patch: 'frob' } })).toBe('unknown patch type: frob in map');
  });

  it('stores no directive and no null', () => {
    expect(
      after({}, pod({ name: 'a', x: null, $patch: 'merge', y: { $retainKeys: [], z: 1 } })),
    ).toEqual(pod({ name: 'a', y: { z: 1 } }));
  });
});
