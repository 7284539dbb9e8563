import { expect } from 'vitest';
import { authored, lift } from '../../../src/ir/lift/lift.ts';
import { lower } from '../../../src/ir/lower/lower.ts';
import { irVersion } from '../../../src/ir/program.ts';
import { validateIr } from '../../../src/ir/validate.ts';
import { type KubeObject, refKey, refOf } from '../../../src/kube/object.ts';

/** The same objects after `lift` and `lower`, in order of their names, which `lower` may change for bindings. */
export function expectRoundTrip(objects: readonly KubeObject[]): ReturnType<typeof lift> {
  const decls = lift(objects);
  const { objects: made, refused } = lower({ decls });
  const byName = (list: readonly KubeObject[]) =>
    [...list].sort((a, b) => (refKey(refOf(a)) < refKey(refOf(b)) ? -1 : 1));
  expect(refused).toEqual([]);
  expect(byName(made.map(({ object }) => object))).toEqual(byName(objects.map(authored)));
  const files = [{ uri: 'x', sha256: '', lineStarts: [] }];
  expect(validateIr(JSON.parse(JSON.stringify({ irVersion, files, decls })))).toMatchObject({
    ok: true,
  });
  return decls;
}
