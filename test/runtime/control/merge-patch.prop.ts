import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, jsonEqual } from '../../../src/base/json.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { mergePatch } from '../../../src/runtime/control/merge-patch.ts';
import { AppliedMemory, isNoop } from '../../../src/runtime/control/no-op.ts';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
const of = { group: '', version: 'v1', kind: 'Thing', namespace: '', name: 'a' };

test('a merge patch is the same the second time', () => {
  fc.assert(
    fc.property(json, json, (target, patch) => {
      const once = mergePatch(target, patch);
      expect(jsonEqual(mergePatch(once, patch), once)).toBe(true);
    }),
  );
});

test('keys named like members of Object are keys', () => {
  const patch = JSON.parse('{"__proto__":{"x":1},"constructor":null}') as Json;
  const merged = mergePatch({ constructor: 1, a: 2 }, patch);
  expect(Object.keys(merged as object).sort()).toEqual(['__proto__', 'a']);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('a patch is dropped exactly when it changes nothing', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), json),
      fc.dictionary(fc.string(), json),
      (data, patch) => {
        const object = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' }, data };
        const live = { state: 'present', object: object as KubeObject } as const;
        const action = { do: 'patch', of, patch: { data: patch } } as const;
        const same = jsonEqual(mergePatch(object as unknown as Json, { data: patch }), object);
        expect(isNoop(action, live, new AppliedMemory())).toBe(same);
      },
    ),
  );
});
