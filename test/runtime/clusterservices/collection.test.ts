import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { type KubeObject, type OwnerReference, refKey, refOf } from '../../../src/kube/object.ts';
import { collectionController } from '../../../src/runtime/clusterservices/collection/controller.ts';
import type { Evaluated } from '../../../src/runtime/control/controller.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const now = instant(Date.UTC(2026, 0, 1));
const owner = (uid: string, metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `owner-${uid}`, namespace: 'shop', uid, resourceVersion: '1', ...metadata },
});
const reference = (uid: string, block = false): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: `owner-${uid}`,
  uid,
  ...(block && { blockOwnerDeletion: true }),
});
const child = (...ownerReferences: OwnerReference[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'child', namespace: 'shop', uid: 'c', resourceVersion: '7', ownerReferences },
});

function pass(key: KubeObject, hub: readonly KubeObject[], found?: string | null) {
  const of = refKey(refOf(key));
  const asked = collectionController.reconcile(of, snapshotOf({ hub }), now);
  if (found === undefined || !asked.evaluate?.length) return asked;
  const answer: Evaluated = { ok: true, outcome: { uid: found } };
  const evaluated = Object.fromEntries(asked.evaluate.map(({ id }) => [id, answer]));
  return collectionController.reconcile(of, snapshotOf({ hub, evaluated }), now);
}

test('that an owner is gone is looked up before anything is deleted', () => {
  const object = child(reference('a'));
  const outcome = pass(object, [object]);
  expect(outcome.actions).toEqual([]);
  expect(outcome.evaluate).toMatchObject([{ pass: 'lookup', input: { name: 'owner-a' } }]);
});

test('what has lost its only owner is deleted, that very object', () => {
  const object = child(reference('a'));
  expect(pass(object, [object], null).actions).toMatchObject([
    { do: 'delete', of: { name: 'child' }, ifUid: 'c' },
  ]);
});

test('an owner of the same name but another uid is not the owner', () => {
  const object = child(reference('a'));
  const other = owner('b', { name: 'owner-a' });
  expect(pass(object, [object, other], 'b').actions).toMatchObject([{ do: 'delete' }]);
});

test('an owner that is there although the cache does not know it keeps its dependents', () => {
  const object = child(reference('a'));
  const outcome = pass(object, [object], 'a');
  expect(outcome.actions).toEqual([]);
  expect(outcome.again).toBeDefined();
});

test('of several owners the lost ones are taken out and the object stays', () => {
  const object = child(reference('a'), reference('b'));
  expect(pass(object, [object, owner('b')], null).actions).toMatchObject([
    { do: 'patch', ifVersion: '7', patch: { metadata: { ownerReferences: [{ uid: 'b' }] } } },
  ]);
});

test('an owner of an unknown kind keeps its dependents', () => {
  const object = child({ ...reference('a'), apiVersion: 'example.com/v1', kind: 'Widget' });
  expect(pass(object, [object])).toEqual({ actions: [] });
});

const deleting = (finalizer: string) => ({
  deletionTimestamp: '2026-01-01T00:00:00Z',
  finalizers: [finalizer, 'other'],
});

test('foreground deletion takes the dependents first, then the finalizer', () => {
  const top = owner('a', deleting('foregroundDeletion'));
  const object = child(reference('a', true));
  expect(pass(top, [top, object]).actions).toMatchObject([
    { do: 'delete', of: { name: 'child' }, propagation: 'Foreground' },
  ]);
  expect(pass(top, [top]).actions).toMatchObject([
    { do: 'patch', patch: { metadata: { finalizers: ['other'] } } },
  ]);
});

test('orphaning takes the owner out of its dependents, then the finalizer', () => {
  const top = owner('a', deleting('orphan'));
  const object = child(reference('a'), reference('b'));
  expect(pass(top, [top, object]).actions).toMatchObject([
    {
      do: 'patch',
      of: { name: 'child' },
      patch: { metadata: { ownerReferences: [{ uid: 'b' }] } },
    },
  ]);
  expect(pass(top, [top]).actions).toMatchObject([
    { do: 'patch', patch: { metadata: { finalizers: ['other'] } } },
  ]);
});

test('foreground deletion spares a dependent that somebody else owns, and takes itself out of it', () => {
  const top = owner('a', deleting('foregroundDeletion'));
  const object = child(reference('a', true), reference('b'));
  expect(pass(top, [top, object, owner('b')]).actions).toMatchObject([
    {
      do: 'patch',
      of: { name: 'child' },
      patch: { metadata: { ownerReferences: [{ uid: 'b' }] } },
    },
    { do: 'patch', of: { name: 'owner-a' }, patch: { metadata: { finalizers: ['other'] } } },
  ]);
  const going = owner('b', deleting('foregroundDeletion'));
  expect(pass(top, [top, object, going]).actions).toMatchObject([{ do: 'delete' }]);
});

test('two objects that own each other do not wait for each other', () => {
  const block = { blockOwnerDeletion: true };
  const one = owner('a', {
    ...deleting('foregroundDeletion'),
    ownerReferences: [{ ...reference('b'), ...block }],
  });
  const other = owner('b', {
    ...deleting('foregroundDeletion'),
    ownerReferences: [{ ...reference('a'), ...block }],
  });
  expect(pass(one, [one, other]).actions).toMatchObject([
    { do: 'patch', of: { name: 'owner-a' }, patch: { metadata: { finalizers: ['other'] } } },
  ]);
});
