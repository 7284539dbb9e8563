import { expect, test } from 'vitest';
import { configMapKind } from '../../../src/kube/core.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Cluster, ListOptions, WatchEvent } from '../../../src/runtime/client/cluster.ts';
import { Cache } from '../../../src/runtime/control/cache.ts';
import type { Projection } from '../../../src/runtime/control/controller.ts';
import { silent } from '../../../src/runtime/control/log.ts';
import { eventually, stillClock } from '../../support/clock.ts';

const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'n', uid: 'u', resourceVersion: '5' },
};
const gone: WatchEvent = {
  type: 'DELETED',
  object: { ...object, metadata: { ...object.metadata, resourceVersion: '6' } },
};

/** A server with one object, whose watches say what the test has them say. */
function scripted() {
  const say = new Map<string, (event: WatchEvent) => void>();
  const cluster = {
    list: async () => ({ ok: true, value: { items: [object], resourceVersion: '5' } }),
    async *watch(_: unknown, options: ListOptions, signal: AbortSignal) {
      const events: WatchEvent[] = [];
      let wake = () => {};
      signal.addEventListener('abort', () => wake());
      say.set(options.fieldSelector ?? options.labelSelector ?? 'all', (event) => {
        events.push(event);
        wake();
      });
      while (!signal.aborted) {
        yield* events.splice(0);
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (events.length > 0 || signal.aborted) resolve();
        });
      }
    },
  } as unknown as Cluster;
  return { cluster, say };
}

test('whoever watches an object hears that it is gone once it really is, whichever watch says so last', async () => {
  const { cluster, say } = scripted();
  const stop = new AbortController();
  const cache = new Cache({
    clusters: { cluster },
    clock: stillClock(),
    random: () => 0,
    log: silent,
    onError: (error) => {
      throw error;
    },
    signal: stop.signal,
  });
  const ref = { ...configMapKind, namespace: 'n', name: 'x' };
  const seen: string[] = [];
  const listen = ({ now }: { readonly now: KubeObject | undefined }) => {
    if (now === undefined) seen.push(cache.look('cluster', ref).state);
  };
  const one = { kind: configMapKind, namespace: 'n', fieldSelector: 'metadata.name=x' };
  const single = cache.open('cluster', one, listen);
  const all = cache.open('cluster', { kind: configMapKind, namespace: 'n' }, () => {});
  await Promise.all([single.whenRead, all.whenRead]);
  await eventually(() => say.size === 2, 'both watches are open');
  say.get('metadata.name=x')?.(gone);
  await eventually(() => seen.length === 1, 'its own watch has told');
  say.get('all')?.(gone);
  await eventually(() => cache.look('cluster', ref).state === 'absent', 'the object is gone');
  await eventually(() => seen.at(-1) === 'absent', 'the first listener is told of the absence');
  stop.abort();
});

test('what leaves a selection is no longer read, for it may be there still; what is deleted is gone', async () => {
  const { cluster, say } = scripted();
  const stop = new AbortController();
  const cache = new Cache({
    clusters: { cluster },
    clock: stillClock(),
    random: () => 0,
    log: silent,
    onError: (error) => {
      throw error;
    },
    signal: stop.signal,
  });
  const told: string[] = [];
  const projection: Projection<null> = {
    name: 'ends',
    kinds: [{ kind: configMapKind, at: 'cluster' }],
    create: () => null,
    change: (_, before, now) => told.push(now ? 'there' : `${before?.metadata.name} is gone`),
    unread: (_, { metadata }) => told.push(`${metadata.name} is unread`),
  };
  cache.project(projection as Projection<unknown>);
  for (const source of [{ labelSelector: 'in' }, {}]) {
    const of = source.labelSelector ?? 'all';
    const before = told.length;
    await cache.open('cluster', { kind: configMapKind, ...source }, () => {}).whenRead;
    await eventually(() => say.has(of), 'its watch is open');
    say.get(of)?.(gone);
    await eventually(() => told.length === before + 2, 'its watch has told');
  }
  expect(told).toEqual(['there', 'x is unread', 'there', 'x is gone']);
  stop.abort();
});
