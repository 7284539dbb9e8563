import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import {
  foreground,
  isWaiting,
  orphan,
  ownership,
} from '../../../src/runtime/clusterservices/collection/ownership.ts';

const uids = ['a', 'b', 'c'];
const versions = ['v1', 'v2'];
const step = fc.record({
  version: fc.constantFrom(...versions),
  uid: fc.constantFrom(...uids),
  owners: fc.subarray(uids),
  leaving: fc.option(fc.constantFrom(foreground, orphan, 'other'), { nil: undefined }),
  to: fc.constantFrom('there', 'there', 'gone', 'unread'),
});

function objectOf({ version, uid, owners, leaving }: Omit<Step, 'to'>): KubeObject {
  return {
    apiVersion: `example.com/${version}`,
    kind: 'Widget',
    metadata: {
      name: uid,
      uid,
      ownerReferences: owners.map((of) => ({ apiVersion: 'x', kind: 'x', name: of, uid: of })),
      ...(leaving && { deletionTimestamp: 'now', finalizers: [leaving] }),
    },
  };
}
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

test('whatever comes, changes, goes and is no longer read, in two versions: dependents and those that wait are those of the objects that are read', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const kept = ownership.create();
      const read = new Map<string, KubeObject>();
      const gone = new Set<string>();
      for (const of of steps) {
        const place = `${of.version} ${of.uid}`;
        const before = read.get(place);
        if (of.to === 'there') {
          const now = objectOf(of);
          ownership.change(kept, before, now);
          read.set(place, now);
          gone.delete(of.uid);
        } else if (before !== undefined) {
          read.delete(place);
          if (of.to === 'unread') ownership.unread?.(kept, before);
          else ownership.change(kept, before, undefined);
          const hasDependents = [...read.values()].some(({ metadata }) =>
            metadata.ownerReferences?.some(({ uid }) => uid === of.uid),
          );
          if (of.to === 'gone' && hasDependents) gone.add(of.uid);
        }
      }
      const all = [...read.values()];
      const keysOf = (objects: readonly KubeObject[]) =>
        new Set(objects.map(({ metadata }) => `example.com/Widget//${metadata.name}`));
      for (const uid of uids) {
        const dependents = all.filter(({ metadata }) =>
          metadata.ownerReferences?.some((owner) => owner.uid === uid),
        );
        expect(new Set(kept.dependents.get(uid)?.keys())).toEqual(keysOf(dependents));
        const waiting = all.filter((object) => object.metadata.uid === uid && isWaiting(object));
        expect(new Set(kept.waiting.get(uid)?.keys())).toEqual(keysOf(waiting));
      }
      // What is no longer read may be there still: it is never among those whose end was seen.
      expect(kept.gone).toEqual(gone);
    }),
  );
});
