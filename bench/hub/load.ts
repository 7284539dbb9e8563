import { isDeepStrictEqual } from 'node:util';
import type { Kind, KubeObject } from '../../src/kube/object.ts';
import type { Answer, Cluster } from '../../src/runtime/client/cluster.ts';

/** A ConfigMap with a kilobyte in it. */
export function configMap(at: number): KubeObject {
  const metadata = { name: `bench-${at}`, namespace: 'default', labels: { shard: `${at % 10}` } };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { text: 'x'.repeat(1000) },
  } as KubeObject;
}

/** Sends something for each, so many requests at a time; throws at the first that is refused. */
export async function forEach<T>(
  all: readonly T[],
  atOnce: number,
  send: (of: T) => Promise<Answer<unknown>>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < all.length) {
      const answer = await send(all[next++] as T);
      if (!answer.ok) throw new Error(answer.message);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

export function createAll(
  cluster: Cluster,
  objects: readonly KubeObject[],
  atOnce = 64,
): Promise<void> {
  return forEach(objects, atOnce, (object) => cluster.create(object));
}

/** What was made of a kind, without what no two servers have in common, ordered by name. */
export async function contents(
  cluster: Cluster,
  kind: Kind,
  namespace = '',
): Promise<readonly unknown[]> {
  const listed = await cluster.list(kind, { namespace });
  if (!listed.ok) throw new Error(listed.message);
  return listed.value.items
    .filter(({ metadata }) => metadata.name.startsWith('bench-'))
    .map(comparable)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function comparable(object: KubeObject): KubeObject {
  const { uid, resourceVersion, creationTimestamp, managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Time counts only where both servers have come to the same. */
export function requireSame(
  ours: readonly unknown[],
  peer: readonly unknown[],
  what: string,
): void {
  // one by one: the difference of two long lists would take longer than all else
  for (let at = 0; at < Math.max(ours.length, peer.length); at++) {
    if (isDeepStrictEqual(ours[at], peer[at])) continue;
    const found = `${JSON.stringify(ours[at])}\nand not\n${JSON.stringify(peer[at])}`;
    throw new Error(`the servers differ in ${what}: ours has\n${found}`);
  }
}
