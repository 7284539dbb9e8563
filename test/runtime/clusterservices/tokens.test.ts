import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import {
  type Secret,
  serviceAccountAnnotations,
  serviceAccountTokenType,
} from '../../../src/kube/core.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import {
  accountTokens,
  namespaceDefaults,
} from '../../../src/runtime/clusterservices/tokens/controller.ts';
import type { Evaluated } from '../../../src/runtime/control/controller.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const now = instant(Date.UTC(2026, 0, 1));
const caPem = 'CA';
const controller = accountTokens({ caPem });

const account = (uid: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'robot', namespace: 'shop', uid },
});
const secret = (more: { uid?: string; token?: string; type?: string } = {}): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: more.type ?? serviceAccountTokenType,
  metadata: {
    name: 'robot-token',
    namespace: 'shop',
    uid: 's',
    annotations: {
      [serviceAccountAnnotations.name]: 'robot',
      ...(more.uid && { [serviceAccountAnnotations.uid]: more.uid }),
    },
  },
  ...(more.token && { data: { token: more.token } }),
});

function pass(hub: readonly KubeObject[], outcome?: Evaluated) {
  const asked = controller.reconcile('shop/robot-token', snapshotOf({ hub }), now);
  if (outcome === undefined || !asked.evaluate?.length) return asked;
  const evaluated = Object.fromEntries(asked.evaluate.map(({ id }) => [id, outcome]));
  return controller.reconcile('shop/robot-token', snapshotOf({ hub, evaluated }), now);
}

test('a token secret is filled with a token that is bound to it', () => {
  const hub = [secret(), account('a')];
  expect(pass(hub).evaluate).toMatchObject([
    {
      pass: 'token',
      input: { namespace: 'shop', account: 'robot', secret: { name: 'robot-token', uid: 's' } },
    },
  ]);
  expect(pass(hub, { ok: true, outcome: { token: 'T' } }).actions).toEqual([
    {
      do: 'patch',
      of: { group: '', version: 'v1', kind: 'Secret', namespace: 'shop', name: 'robot-token' },
      patch: {
        metadata: { annotations: { [serviceAccountAnnotations.uid]: 'a' } },
        data: { token: btoa('T'), 'ca.crt': btoa(caPem), namespace: btoa('shop') },
      },
    },
  ]);
});

test('a token that could not be had is asked for again', () => {
  const hub = [secret(), account('a')];
  const failed: Evaluated = { ok: false, reason: 'InternalError' };
  expect(pass(hub, failed).evaluate).toHaveLength(1);
  expect(pass(hub, { ok: true, outcome: {} }).again).toBeGreaterThan(now);
});

test.each<[string, readonly KubeObject[]]>([
  ['a secret that is full', [secret({ uid: 'a', token: 'T' }), account('a')]],
  ['a secret of another type', [secret({ type: 'Opaque' }), account('a')]],
  ['a secret whose account is still to come', [secret()]],
])('%s is left alone', (_, hub) => {
  expect(pass(hub)).toEqual({ actions: [] });
});

test.each([
  ['is gone', [secret({ uid: 'a', token: 'T' })], null],
  ['was replaced by another', [secret({ uid: 'a', token: 'T' }), account('b')], 'b'],
])('a secret whose account %s goes, once that is looked up', (_, hub, uid) => {
  const asked = pass(hub);
  expect(asked.actions).toEqual([]);
  expect(asked.evaluate).toMatchObject([{ pass: 'lookup', input: { name: 'robot' } }]);
  expect(pass(hub, { ok: true, outcome: { uid } }).actions).toMatchObject([
    { do: 'delete', of: { name: 'robot-token' }, ifUid: 's' },
  ]);
  const there = pass(hub, { ok: true, outcome: { uid: 'a' } });
  expect(there.actions).toEqual([]);
  expect(there.again).toBeGreaterThan(now);
});

test('every namespace gets its default account and the CA, and keeps them', () => {
  const defaults = namespaceDefaults({ caPem });
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const first = defaults.reconcile('shop', snapshotOf([namespace]), now);
  expect(first.actions).toMatchObject([
    { do: 'create', object: { kind: 'ServiceAccount', metadata: { name: 'default' } } },
    { do: 'create', object: { kind: 'ConfigMap', data: { 'ca.crt': caPem } } },
  ]);
  const edited: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace: 'shop' },
  };
  const again = defaults.reconcile('shop', snapshotOf([namespace, edited]), now);
  expect(again.actions[1]).toMatchObject({ do: 'patch', patch: { data: { 'ca.crt': caPem } } });
  const going = { ...namespace, metadata: { name: 'shop', deletionTimestamp: 'now' } };
  expect(defaults.reconcile('shop', snapshotOf([going]), now)).toEqual({ actions: [] });
});
