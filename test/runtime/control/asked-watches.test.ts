import { afterEach, describe, expect, test } from 'vitest';
import { type ConfigMap, configMapKind } from '../../../src/kube/core.ts';
import { type KubeObject, keyOf, refOf } from '../../../src/kube/object.ts';
import {
  type Controller,
  done,
  type Projection,
  watch,
} from '../../../src/runtime/control/controller.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { configMap, type Harness, run } from './harness.ts';

let harness: Harness | undefined;
afterEach(() => harness?.stop());

const widget = (name: string, kind = 'Widget'): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind,
  metadata: { name, namespace: 'test' },
});

interface Heard {
  readonly there: Set<string>;
  readonly deleted: string[];
  readonly unread: string[];
}
const heard: Projection<Heard> = {
  name: 'heard',
  create: () => ({ there: new Set(), deleted: [], unread: [] }),
  change: ({ there, deleted }, before, now) => {
    const { name } = (now ?? before)?.metadata ?? { name: '' };
    if (now !== undefined) there.add(name);
    else if (there.delete(name)) deleted.push(name);
  },
  unread: ({ there, unread }, { metadata }) => {
    there.delete(metadata.name);
    unread.push(metadata.name);
  },
};

/** Watches the kinds that ConfigMaps name in `kinds`, and remembers the keys it passed over. */
function follower(): { readonly controller: Controller; readonly passes: string[] } {
  const passes: string[] = [];
  const kinds = watch({
    kind: configMapKind,
    keys: () => [],
    watches: ({ data }: ConfigMap) => {
      if (data?.['kinds'] === 'broken') throw new Error('broken');
      return (data?.['kinds']?.split(' ') ?? []).map((kind) => ({
        kind: { group: 'example.com', version: 'v1', kind },
        keys: (object: KubeObject) => [keyOf(object)],
      }));
    },
  });
  const controller: Controller = {
    name: 'follower',
    watches: [kinds],
    projections: [heard as Projection<unknown>],
    reconcile: (key) => {
      passes.push(key);
      return done;
    },
  };
  return { controller, passes };
}

async function start(...given: readonly KubeObject[]) {
  const hub = memoryCluster();
  for (const object of given) await hub.create(object);
  const { controller, passes } = follower();
  const running = run([controller], { hub });
  harness = running;
  await running.ready;
  await running.rest();
  const lists = (kind: string) =>
    hub.requests.filter(({ verb, of }) => verb === 'list' && of.kind === kind).length;
  const known = () => running.snapshot().projection(heard);
  return { ...running, hub, passes, lists, known };
}

describe('watches that objects ask for', () => {
  test('are read before the first pass, and bring passes and projections as all others', async () => {
    const { hub, passes, known, rest } = await start(
      configMap('a', { kinds: 'Widget' }),
      widget('one'),
    );
    expect(passes).toEqual(['test/one']);
    await hub.create(widget('two'));
    await hub.delete(refOf(widget('one')));
    await rest();
    expect(passes.slice(1).toSorted()).toEqual(['test/one', 'test/two']);
    expect([...known().there].toSorted()).toEqual(['a', 'two']);
    expect(known().deleted).toEqual(['one']);
  });

  test('come with the object, and end a while after the last one that asked', async () => {
    const { hub, passes, known, clock, metrics, rest } = await start(widget('one'));
    expect([passes, metrics().watches]).toEqual([[], 1]);
    await hub.create(configMap('a', { kinds: 'Widget' }));
    await hub.create(configMap('b', { kinds: 'Widget Gadget' }));
    await rest();
    expect([passes, metrics().watches]).toEqual([['test/one'], 3]);
    await hub.delete(refOf(configMap('a')));
    await hub.mergePatch(refOf(configMap('b')), { data: { kinds: 'Gadget' } });
    await hub.delete(refOf(widget('one')));
    await hub.create(widget('last'));
    await rest();
    expect(known().deleted).toEqual(['a', 'one']);
    clock.advance(10_000);
    expect(metrics().watches).toBe(2);
    // What nobody reads any more is not gone.
    expect(known()).toMatchObject({ deleted: ['a', 'one'], unread: ['last'] });
    await hub.create(widget('unheard'));
    await rest();
    expect(passes.filter((key) => key === 'test/unheard')).toEqual([]);
  });

  test('go on where they are asked for again in time', async () => {
    const { hub, clock, lists, metrics, rest } = await start(configMap('a', { kinds: 'Widget' }));
    await hub.delete(refOf(configMap('a')));
    await rest();
    clock.advance(1_000);
    await hub.create(configMap('b', { kinds: 'Widget' }));
    await rest();
    clock.advance(60_000);
    await rest();
    expect([lists('Widget'), metrics().watches]).toEqual([1, 2]);
  });

  test('keep nobody waiting whom the API server refuses', async () => {
    const hub = memoryCluster({
      refuse: ({ of, verb }) =>
        of.kind === 'Widget' && verb === 'list'
          ? { status: 500, reason: 'InternalError', message: 'conversion failed' }
          : undefined,
    });
    await hub.create(configMap('a', { kinds: 'Widget Gadget' }));
    await hub.create(widget('one', 'Gadget'));
    const { controller, passes } = follower();
    harness = run([controller], { hub });
    await harness.ready;
    await harness.rest();
    expect(passes).toEqual(['test/one']);
  });

  test('stay as they were where a controller throws instead of saying which', async () => {
    const { hub, metrics, errors, clock, rest } = await start(configMap('a', { kinds: 'Widget' }));
    await hub.mergePatch(refOf(configMap('a')), { data: { kinds: 'broken' } });
    await rest();
    clock.advance(60_000);
    expect(metrics().watches).toBe(2);
    expect(errors.map(String)).toEqual(['Error: broken']);
  });
});
