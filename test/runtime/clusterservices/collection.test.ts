import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import type { Json } from '../../../src/base/json.ts';
import type { CustomResourceDefinition } from '../../../src/kube/core.ts';
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
const deleting = (finalizer: string) => ({
  deletionTimestamp: '2026-01-01T00:00:00Z',
  finalizers: [finalizer, 'other'],
});

/** A pass, and the next one if it asks and `found` is the answer. */
function pass(of: KubeObject, hub: readonly KubeObject[], found?: Json) {
  const key = refKey(refOf(of));
  const asked = collectionController.reconcile(key, snapshotOf({ hub }), now);
  if (found === undefined || !asked.evaluate?.length) return asked;
  const answer: Evaluated = { ok: true, outcome: found };
  const evaluated = Object.fromEntries(asked.evaluate.map(({ id }) => [id, answer]));
  return collectionController.reconcile(key, snapshotOf({ hub, evaluated }), now);
}
const nobody = { uid: null };

describe('an object that has owners', () => {
  test('is deleted only after their absence was looked up', () => {
    const object = child(reference('a'));
    const outcome = pass(object, [object]);
    expect(outcome.actions).toEqual([]);
    expect(outcome.evaluate).toMatchObject([
      { pass: 'lookup', input: { namespace: 'shop', name: 'owner-a' } },
    ]);
  });

  test('goes with the only one, as it was read', () => {
    const object = child(reference('a'));
    expect(pass(object, [object], nobody).actions).toMatchObject([
      { do: 'delete', of: { name: 'child' }, ifUid: 'c', ifVersion: '7' },
    ]);
  });

  test('goes in whatever version where all but its owners changed before it could be deleted', () => {
    const object = child(reference('a'));
    const key = refKey(refOf(object));
    const failure = { status: 409, reason: 'Conflict', message: 'it was changed' };
    const given = { hub: [object], attempts: { [key]: { at: now, failure } } };
    const after = (...answers: readonly Json[]) => {
      const evaluated: Record<string, Evaluated> = {};
      const next = () =>
        collectionController.reconcile(key, snapshotOf({ ...given, evaluated }), now);
      for (const outcome of answers) {
        for (const { id } of next().evaluate ?? []) evaluated[id] = { ok: true, outcome };
      }
      return next();
    };
    expect(after(nobody).evaluate).toMatchObject([{ pass: 'lookup', input: { name: 'child' } }]);
    const [action] = after(nobody, { uid: 'c', owners: [{ ...reference('a') }] }).actions;
    expect(action).toMatchObject({ do: 'delete', ifUid: 'c' });
    expect(action).not.toHaveProperty('ifVersion');
    for (const owners of [[], [{ ...reference('a') }, { ...reference('b') }]]) {
      const other = after(nobody, { uid: 'c', owners });
      expect(other.actions).toEqual([]);
      expect(other.again).toBeDefined();
    }
    expect(after(nobody, { uid: 'd', owners: [{ ...reference('a') }] }).actions).toEqual([]);
  });

  test('goes the way its own finalizers ask for', () => {
    const orphaning = child(reference('a'));
    for (const [finalizer, propagation] of [
      ['orphan', 'Orphan'],
      ['foregroundDeletion', 'Foreground'],
      ['other', 'Background'],
    ]) {
      const finalizers = [finalizer ?? ''];
      const object = { ...orphaning, metadata: { ...orphaning.metadata, finalizers } };
      expect(pass(object, [object], nobody).actions).toMatchObject([{ propagation }]);
    }
  });

  test('is not owned by what has the name of its owner and another uid', () => {
    const object = child(reference('a'));
    const other = owner('b', { name: 'owner-a' });
    expect(pass(object, [object, other], { uid: 'b' }).actions).toMatchObject([{ do: 'delete' }]);
  });

  test('is not owned by what is in another namespace', () => {
    const object = child(reference('a'));
    const elsewhere = owner('a', { namespace: 'elsewhere' });
    expect(pass(object, [object, elsewhere], nobody).actions).toMatchObject([{ do: 'delete' }]);
  });

  test('may be owned by what is in no namespace', () => {
    const object = child({ ...reference('a'), kind: 'Namespace' });
    const top = { ...owner('a'), kind: 'Namespace', metadata: { name: 'owner-a', uid: 'a' } };
    expect(pass(object, [object, top])).toEqual({ actions: [] });
  });

  test('stays without a namespace of its own, for nobody can say which its owner is in', () => {
    const metadata = { name: 'child', uid: 'c', ownerReferences: [reference('a')] };
    const object: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata };
    const outcome = pass(object, [object]);
    expect(outcome.actions.length + (outcome.evaluate?.length ?? 0)).toBe(0);
  });

  test('stays where its owner is there although the cache does not know it', () => {
    const object = child(reference('a'));
    const outcome = pass(object, [object], { uid: 'a' });
    expect(outcome.actions).toEqual([]);
    expect(outcome.again).toBeDefined();
  });

  test('stays with one that is there, and forgets those that are gone', () => {
    const object = child(reference('a'), reference('b'));
    expect(pass(object, [object, owner('b')], nobody).actions).toMatchObject([
      { do: 'patch', ifVersion: '7', patch: { metadata: { ownerReferences: [{ uid: 'b' }] } } },
    ]);
  });

  test('forgets one that waits for it where another is there, even one that is being deleted', () => {
    const object = child(reference('a', true), reference('b'));
    const top = owner('a', deleting('foregroundDeletion'));
    for (const other of [owner('b'), owner('b', deleting('elsewhere'))]) {
      expect(pass(object, [object, top, other]).actions).toMatchObject([
        { do: 'patch', patch: { metadata: { ownerReferences: [{ uid: 'b' }] } } },
      ]);
    }
    expect(
      pass(object, [object, top, owner('b', deleting('foregroundDeletion'))]).actions,
    ).toMatchObject([{ do: 'delete' }]);
  });

  test('is deleted in the foreground where its owner waits for it and others for it', () => {
    const top = owner('a', deleting('foregroundDeletion'));
    const middle = owner('m', { ownerReferences: [reference('a', true)] });
    const below = child(reference('m', true));
    expect(pass(middle, [top, middle, below]).actions).toMatchObject([
      { do: 'delete', of: { name: 'owner-m' }, propagation: 'Foreground' },
    ]);
    expect(pass(middle, [top, middle]).actions).toMatchObject([{ propagation: 'Background' }]);
  });

  test('blocks nobody where it owns its owner', () => {
    const top = owner('a', {
      ...deleting('foregroundDeletion'),
      ownerReferences: [reference('b', true)],
    });
    const other = owner('b', { ownerReferences: [reference('a', true)] });
    const [unblock] = pass(other, [top, other]).actions;
    expect(unblock).toMatchObject({
      do: 'patch',
      patch: { metadata: { ownerReferences: [{ uid: 'a', blockOwnerDeletion: false }] } },
    });
    const unblocked = owner('b', { ownerReferences: [reference('a', false)] });
    expect(pass(unblocked, [top, unblocked]).actions).toMatchObject([
      { do: 'delete', propagation: 'Foreground' },
    ]);
    expect(pass(top, [top, unblocked]).actions).toMatchObject([
      { do: 'patch', of: { name: 'owner-a' }, patch: { metadata: { finalizers: ['other'] } } },
    ]);
  });
});

describe('an owner that waits for its dependents', () => {
  test('goes in the foreground when none is left that blocks it', () => {
    const top = owner('a', deleting('foregroundDeletion'));
    const object = child(reference('a', true));
    expect(pass(top, [top, object]).actions).toEqual([]);
    expect(pass(object, [top, object]).actions).toMatchObject([{ do: 'delete' }]);
    for (const left of [[top], [top, child(reference('a'))]]) {
      expect(pass(top, left).actions).toMatchObject([
        { do: 'patch', patch: { metadata: { finalizers: ['other'] } } },
      ]);
    }
  });

  test('goes in the background as the orphan it leaves no longer names it', () => {
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

  test('does not wait for one that waits for it', () => {
    const one = owner('a', {
      ...deleting('foregroundDeletion'),
      ownerReferences: [reference('b', true)],
    });
    const other = owner('b', {
      ...deleting('foregroundDeletion'),
      ownerReferences: [reference('a', true)],
    });
    expect(pass(one, [one, other]).actions).toMatchObject([
      { do: 'patch', of: { name: 'owner-a' }, patch: { metadata: { finalizers: ['other'] } } },
    ]);
  });
});

describe('kinds of definitions', () => {
  const definition = (
    versions: readonly string[] = ['v1'],
    established = 'True',
  ): CustomResourceDefinition => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com', uid: 'crd' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: versions.map((name, n) => ({ name, served: true, storage: n === 0 })),
    },
    status: { conditions: [{ type: 'Established', status: established }] },
  });
  const widget = (metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w', namespace: 'shop', uid: 'w', resourceVersion: '3', ...metadata },
  });
  const byWidget = (apiVersion = 'example.com/v1'): OwnerReference => ({
    apiVersion,
    kind: 'Widget',
    name: 'w',
    uid: 'w',
    blockOwnerDeletion: true,
  });
  const definitions = collectionController.watches.find(
    ({ kind }) => kind.kind === 'CustomResourceDefinition',
  );
  const watched = (of: CustomResourceDefinition) =>
    definitions?.watches?.(of).map(({ kind }) => kind.version);

  test('are watched as long as they are served, in the version they are stored in', () => {
    expect(watched(definition(['v1', 'v2']))).toEqual(['v1']);
    expect(watched(definition(['v1'], 'False'))).toEqual([]);
    const { spec } = definition(['v1', 'v2']);
    const versions = spec.versions.map((version) => ({
      ...version,
      served: version.name === 'v2',
    }));
    expect(watched({ ...definition(), spec: { ...spec, versions } })).toEqual(['v2']);
  });

  test('own and are owned as all others, whatever version a reference names', () => {
    const object = child(byWidget('example.com/v2'));
    const top = widget(deleting('foregroundDeletion'));
    const known = definition(['v1', 'v2']);
    expect(pass(object, [known, object, widget()])).toEqual({ actions: [] });
    expect(pass(object, [known, object], nobody).actions).toMatchObject([{ do: 'delete' }]);
    expect(pass(top, [known, top, object]).actions).toEqual([]);
    expect(pass(object, [known, top, object]).actions).toMatchObject([{ do: 'delete' }]);
    const owned = widget({ ownerReferences: [reference('a')] });
    expect(pass(owned, [known, owned], nobody).actions).toMatchObject([
      { do: 'delete', of: { kind: 'Widget', version: 'v1' } },
    ]);
  });

  test('that nobody knows keep what they own, until their definition comes', () => {
    const object = child(byWidget());
    const unknown = { actions: [], mentions: ['example.com/Widget'], evaluate: [] };
    expect(pass(object, [object])).toEqual(unknown);
    expect(pass(object, [object, definition(['v1'], 'False')])).toEqual(unknown);
    expect(pass(object, [object, definition(['v2'])])).toEqual(unknown);
    const mentioning = new Map([['example.com/Widget', new Set(['key'])]]);
    expect(definitions?.keys(definition(), snapshotOf({ mentioning }))).toEqual(['key']);
  });

  test('that the API server does not serve yet keep what they own, and it is asked again', () => {
    const object = child(byWidget());
    const outcome = pass(object, [object, definition()], { kindUnknown: true });
    expect(outcome.actions).toEqual([]);
    expect(outcome.again).toBeDefined();
  });

  test('hold up nothing else that an object is owned by: as long as one is unknown it stays as it is', () => {
    const object = child(byWidget(), reference('a'), reference('b'));
    expect(pass(object, [object, owner('b')], nobody).actions).toEqual([]);
  });

  test('are waited for before an owner goes, except where the API server refuses to show them', () => {
    const top = owner('a', deleting('orphan'));
    const hub = [top, definition()];
    const key = refKey(refOf(top));
    const at = { group: 'example.com', version: 'v1', kind: 'Widget', namespace: '', name: 'any' };
    const waits = collectionController.reconcile(key, snapshotOf({ hub, unread: [at] }), now);
    expect(waits).toMatchObject({ actions: [], alsoList: [{ kind: { kind: 'Widget' } }] });
    const snapshot = snapshotOf({ hub });
    const why = { reason: 'InternalError', message: 'conversion failed' };
    const refused: typeof snapshot = {
      ...snapshot,
      look: (ref, world) =>
        ref.kind === 'Widget' ? { state: 'unread', why } : snapshot.look(ref, world),
    };
    expect(collectionController.reconcile(key, refused, now).actions).toMatchObject([
      { do: 'patch' },
    ]);
  });
});
