import type { Kind, KubeObject } from '../../../kube/object.ts';
import type { Cluster, Refusal } from '../../client/cluster.ts';
import { readBackoff, retryAt } from '../../control/backoff.ts';
import { type Clock, until } from '../../control/clock.ts';

export interface AwaitInput<T extends KubeObject, R> {
  readonly cluster: Cluster;
  readonly kind: Kind<T>;
  readonly name: string;
  /** What is waited for; undefined while it has not come. Also asked when the object is not there. */
  readonly when: (object: T | undefined) => R | undefined;
  /** Told of each refusal; waiting goes on. */
  readonly onRefused: (refusal: Refusal) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** Reads and watches one cluster-scoped object until it is as wanted; null when the signal aborts first. */
export async function awaitObject<T extends KubeObject, R>(
  input: AwaitInput<T, R>,
): Promise<R | null> {
  const { cluster, kind, name, when, onRefused, clock, random, signal } = input;
  const fieldSelector = `metadata.name=${name}`;
  let failures = 0;
  while (!signal.aborted) {
    const listed = await cluster.list(kind, { fieldSelector });
    if (listed.ok) {
      failures = 0;
      const [object] = listed.value.items;
      const reached = when(object);
      if (reached !== undefined) return reached;
      const { resourceVersion } = listed.value;
      const followed = await follow({ ...input, resourceVersion, fieldSelector });
      if (followed !== undefined) return followed;
    } else {
      onRefused(listed);
    }
    failures += 1;
    await until(retryAt(clock.now(), readBackoff, failures, random), clock, signal);
  }
  return null;
}

async function follow<T extends KubeObject, R>({
  cluster,
  kind,
  when,
  signal,
  resourceVersion,
  fieldSelector,
}: AwaitInput<T, R> & {
  readonly resourceVersion: string;
  readonly fieldSelector: string;
}): Promise<R | undefined> {
  const stop = new AbortController();
  try {
    const both = AbortSignal.any([signal, stop.signal]);
    for await (const event of cluster.watch(kind, { resourceVersion, fieldSelector }, both)) {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') continue;
      const reached = when(event.type === 'DELETED' ? undefined : event.object);
      if (reached !== undefined) return reached;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    stop.abort();
  }
}
