import { afterEach, describe, expect, test } from 'vitest';
import { configMapKind, secretKind } from '../../../src/kube/core.ts';
import type { KubeObject, OwnerReference, Ref } from '../../../src/kube/object.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';
import { collectionController } from '../../../src/runtime/clusterservices/collection/controller.ts';
import { clusterServicesEvaluator } from '../../../src/runtime/clusterservices/services.ts';
import type { Evaluated } from '../../../src/runtime/control/controller.ts';
import { runControllers } from '../../../src/runtime/control/run.ts';
import { type MemoryCluster, memoryCluster } from '../../support/memory-cluster.ts';

const end: AbortController[] = [];
afterEach(() => {
  for (const one of end.splice(0)) one.abort();
});

const evaluatorOf = (cluster: Cluster) =>
  clusterServicesEvaluator({
    authority: { certificatePem: '', keyPem: '' },
    cluster,
    now: () => 0,
  });

async function collect(cluster: MemoryCluster): Promise<void> {
  const stop = new AbortController();
  end.push(stop);
  await runControllers({
    controllers: [collectionController],
    clusters: { hub: cluster },
    evaluator: evaluatorOf(cluster),
    signal: stop.signal,
    onError: (error) => {
      throw error;
    },
  }).ready;
}

const owner: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'owner', namespace: 'shop' },
};
const reference = (name: string, uid: string): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name,
  uid,
});
const child = (...ownerReferences: OwnerReference[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'child', namespace: 'shop', ownerReferences },
});

/** A child whose owner is gone, changed by somebody else at the moment it is to be deleted; watches say nothing of that. */
function changedMeanwhile(metadata: Partial<KubeObject['metadata']>) {
  let deletes = 0;
  const cluster = memoryCluster({
    objects: [owner, child(reference('lost', 'uid-lost'))],
    refuse: ({ verb, of }) => {
      if (verb !== 'delete') return undefined;
      deletes += 1;
      if (deletes > 1) return undefined;
      cluster.holdEvents();
      void cluster.mergePatch(of, { metadata } as never);
      return undefined;
    },
  });
  const find = () => cluster.find(secretKind, 'shop', 'child');
  return { cluster, find, deletes: () => deletes };
}

describe('where the cache is behind', () => {
  test('an object that got another owner just before it would be deleted stays', async () => {
    const lost = reference('lost', 'uid-lost');
    const { cluster, find, deletes } = changedMeanwhile({
      ownerReferences: [lost, reference('owner', 'uid-1')],
    });
    await collect(cluster);
    const looks = () =>
      cluster.requests.filter(({ verb, of }) => verb === 'list' && of.kind === 'Secret').length;
    const atStart = looks();
    await expect.poll(looks, { timeout: 5000 }).toBeGreaterThan(atStart);
    expect(find()).toBeDefined();
    cluster.releaseEvents();
    await expect
      .poll(() => find()?.metadata.ownerReferences?.map(({ name }) => name), { timeout: 5000 })
      .toEqual(['owner']);
    expect(deletes()).toBe(1);
  });

  test('an object that changed otherwise goes all the same', async () => {
    const { cluster, find } = changedMeanwhile({ labels: { changed: 'yes' } });
    await collect(cluster);
    await expect.poll(find, { timeout: 5000 }).toBeUndefined();
  });
});

describe('a look past the cache', () => {
  const ref: Ref = { ...configMapKind, namespace: 'shop', name: 'owner' };
  const lookup = async (cluster: Partial<Cluster>): Promise<Evaluated> =>
    evaluatorOf(cluster as Cluster).evaluate(
      { id: 'x', pass: 'lookup', input: { ...ref } },
      new AbortController().signal,
    );
  const notFound = { ok: false, status: 404, reason: 'NotFound', message: 'not found' } as const;

  test('does not take an object for gone whose kind is served only after it was asked for', async () => {
    const items = [{ ...owner, metadata: { ...owner.metadata, uid: 'a', resourceVersion: '1' } }];
    const found = await lookup({
      get: async () => notFound,
      list: async () => ({ ok: true, value: { resourceVersion: '1', items: items as never } }),
    });
    expect(found).toMatchObject({ ok: true, outcome: { uid: 'a' } });
  });

  test('tells an object that is gone from a kind that is, and from what is not said', async () => {
    const of = (status: number) => lookup({ list: async () => ({ ...notFound, status }) });
    const empty = async () => ({ ok: true, value: { resourceVersion: '1', items: [] } }) as const;
    expect(await lookup({ list: empty })).toMatchObject({ ok: true, outcome: { uid: null } });
    expect(await of(404)).toEqual({ ok: true, outcome: { kindUnknown: true } });
    for (const status of [0, 401, 403, 500, 503]) expect((await of(status)).ok).toBe(false);
  });
});
