import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import type { CustomResourceDefinition, Namespace } from '../../../src/kube/core.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { namespaceController } from '../../../src/runtime/clusterservices/namespace/controller.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const now = instant(Date.UTC(2026, 0, 1));
const namespace = (more: Partial<Namespace> = {}): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' },
  spec: { finalizers: ['kubernetes', 'other'] },
  ...more,
});
const inside = (apiVersion: string, kind: string, metadata: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace: 'shop', uid: 'u', ...metadata },
});
const definition = (served: boolean): CustomResourceDefinition => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served, storage: true }],
  },
  status: { conditions: [{ type: 'Established', status: 'True' }] },
});
/** A pass, and where it asks whether anything is in the namespace, the next, which is told no. */
const pass = (...hub: readonly KubeObject[]) => passOver({ hub });
function passOver(given: Parameters<typeof snapshotOf>[0], more: object = {}, answer = false) {
  const asked = namespaceController.reconcile('shop', { ...snapshotOf(given), ...more }, now);
  const [question] = asked.evaluate ?? [];
  if (question === undefined) return asked;
  expect(asked.actions).toEqual([]);
  const evaluated = { [question.id]: { ok: true, outcome: answer } } as const;
  const told = { ...snapshotOf({ ...given, evaluated }), ...more };
  return namespaceController.reconcile('shop', told, now);
}

test('a namespace that is not being deleted, or not held by us, is left alone', () => {
  expect(pass(namespace({ metadata: { name: 'shop' } }))).toEqual({ actions: [] });
  expect(pass(namespace({ spec: { finalizers: ['other'] } }))).toEqual({ actions: [] });
  expect(pass()).toEqual({ actions: [] });
});

test('an empty namespace loses our finalizer and no other', () => {
  expect(pass(namespace(), inside('v1', 'Secret', { namespace: 'elsewhere' })).actions).toEqual([
    { do: 'finalize', object: namespace({ spec: { finalizers: ['other'] } }) },
  ]);
});

test('a namespace that only looks empty, because watches lag behind, is kept', () => {
  const { actions, again } = passOver({ hub: [namespace()] }, {}, true);
  expect(actions).toEqual([]);
  expect(again).toBeGreaterThan(now);
});

test('what is in it is deleted once, whatever its kind, and the conditions say what remains', () => {
  const outcome = pass(
    namespace(),
    inside('v1', 'ConfigMap'),
    inside('v1', 'Secret', { deletionTimestamp: 'now', finalizers: ['example.com/hold'] }),
    definition(true),
    inside('example.com/v1', 'Widget'),
    inside('events.k8s.io/v1', 'Event'),
  );
  expect(outcome.actions.slice(1)).toMatchObject([
    { do: 'delete', of: { kind: 'ConfigMap', namespace: 'shop', name: 'x' }, ifUid: 'u' },
    { do: 'delete', of: { kind: 'Widget' } },
  ]);
  expect(outcome.actions[0]).toMatchObject({
    do: 'patchStatus',
    status: {
      conditions: [
        { type: 'NamespaceDeletionDiscoveryFailure', status: 'False' },
        { type: 'NamespaceDeletionContentFailure', status: 'False' },
        {
          type: 'NamespaceContentRemaining',
          status: 'True',
          message:
            'Some resources are remaining: configmaps. has 1 resource instances, secrets. has 1 resource instances, widgets.example.com has 1 resource instances',
        },
        {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          message:
            'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
        },
      ],
    },
  });
});

test('kinds that definitions add are emptied too, as far as they are served', () => {
  const widget = inside('example.com/v1', 'Widget');
  expect(pass(namespace(), definition(true), widget).actions.slice(1)).toMatchObject([
    { do: 'delete', of: { group: 'example.com', kind: 'Widget' } },
  ]);
  expect(pass(namespace(), definition(false), widget).actions).toMatchObject([{ do: 'finalize' }]);
});

test('nothing is concluded from a kind that has not been read', () => {
  const hub = [namespace()];
  const unread = { ...snapshotOf({ hub }), isRead: () => false };
  const outcome = namespaceController.reconcile('shop', unread, now);
  expect(outcome.actions).toEqual([]);
  expect(outcome.alsoList?.length).toBeGreaterThan(25);
  const isRead = ({ kind }: { kind: string }) => kind !== 'Deployment';
  const partly = passOver({ hub, unknownKinds: ['apps/Deployment'] }, { isRead });
  expect(partly.actions).toMatchObject([{ do: 'finalize' }]);
});

test('a kind that its definition says is served is waited for until the API server has it', () => {
  const hub = [namespace(), definition(true)];
  const snapshot = snapshotOf({ hub, unknownKinds: ['example.com/Widget'] });
  const outcome = namespaceController.reconcile('shop', snapshot, now);
  expect(outcome.actions).toEqual([]);
  expect(outcome.again).toBeDefined();
});

test('conditions are told once, and say in the end that all is gone', () => {
  const first = pass(namespace(), inside('v1', 'ConfigMap')).actions[0];
  if (first?.do !== 'patchStatus') throw new Error('no status');
  const told = namespace({ status: first.status as never });
  expect(pass(told, inside('v1', 'ConfigMap')).actions).toMatchObject([{ do: 'delete' }]);
  const last = pass(told).actions[0];
  expect(last).toMatchObject({
    do: 'patchStatus',
    status: { conditions: [{}, {}, { reason: 'ContentRemoved' }, { status: 'False' }] },
  });
  if (last?.do !== 'patchStatus') throw new Error('no status');
  expect(pass(namespace({ status: last.status as never })).actions).toMatchObject([
    { do: 'finalize' },
  ]);
});
