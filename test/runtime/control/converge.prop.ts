import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ConfigMap, configMapKind } from '../../../src/kube/core.ts';
import { keyOf, parseKey, type Ref, refOf } from '../../../src/kube/object.ts';
import { type Controller, done, watch } from '../../../src/runtime/control/controller.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { configMap, type Harness, run } from './harness.ts';

const finalizer = 'test/mirror';
const refTo = (name: string): Ref => refOf(configMap(name));

/** Mirrors each ConfigMap of the hub onto the cluster and takes the copy away before the original goes. */
const mirror: Controller = {
  name: 'mirror',
  watches: [
    watch({ kind: configMapKind, keys: (object) => [keyOf(object)] }),
    watch({ kind: configMapKind, at: 'cluster', keys: (object) => [keyOf(object)] }),
  ],
  reconcile: (key, snapshot) => {
    const { name } = parseKey(key);
    const of = snapshot.get<ConfigMap>(configMapKind, 'test', name);
    const copy = snapshot.get<ConfigMap>(configMapKind, 'test', name, 'cluster');
    const remove = { do: 'delete', of: refTo(name), at: 'cluster' } as const;
    if (of === undefined) return copy === undefined ? done : { actions: [remove] };
    const finalizers = (list: readonly string[]) =>
      ({
        do: 'patch',
        of: refTo(name),
        patch: { metadata: { finalizers: list } },
        ifVersion: of.metadata.resourceVersion ?? '',
      }) as const;
    if (of.metadata.deletionTimestamp !== undefined) {
      return { actions: copy === undefined ? [finalizers([])] : [remove] };
    }
    if (!of.metadata.finalizers?.includes(finalizer)) return { actions: [finalizers([finalizer])] };
    return {
      actions: [
        { do: 'apply', object: configMap(name, of.data), fieldManager: 'mirror', at: 'cluster' },
      ],
    };
  },
};

type Step =
  | { readonly do: 'set'; readonly name: string; readonly value: string }
  | { readonly do: 'delete'; readonly name: string }
  | { readonly do: 'deleteCopy'; readonly name: string }
  | { readonly do: 'break'; readonly expired: boolean }
  | { readonly do: 'hold' | 'release' | 'restart' }
  | { readonly do: 'pass'; readonly milliseconds: number };

const name = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('set' as const), name, value: fc.constantFrom('1', '2', '3') }),
  fc.record({ do: fc.constant('delete' as const), name }),
  fc.record({ do: fc.constant('deleteCopy' as const), name }),
  fc.record({ do: fc.constant('break' as const), expired: fc.boolean() }),
  fc.record({ do: fc.constantFrom('hold' as const, 'release' as const, 'restart' as const) }),
  fc.record({
    do: fc.constant('pass' as const),
    milliseconds: fc.integer({ min: 1, max: 20_000 }),
  }),
);

test('whatever happens meanwhile, the copies end up equal to the originals, and then nothing is written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer(), async (steps, seed) => {
      let faults = 0;
      let calm = false;
      const refuse = (verb: string) => {
        if (calm || ['get', 'list', 'watch'].includes(verb)) return undefined;
        faults += 1;
        return (faults * 7 + seed) % 5 === 0
          ? { status: 500, reason: 'InternalError', message: 'fault' }
          : undefined;
      };
      const hub = memoryCluster({
        refuse: ({ verb, as: _ }) => (verb === 'patch' ? refuse(verb) : undefined),
      });
      const cluster = memoryCluster({ refuse: ({ verb }) => refuse(verb) });
      let harness: Harness = run([mirror], { hub, cluster });
      for (const of of steps) {
        if (of.do === 'set') {
          const created = await hub.create(configMap(of.name, { v: of.value }));
          if (!created.ok) await hub.mergePatch(refTo(of.name), { data: { v: of.value } });
        } else if (of.do === 'delete') await hub.delete(refTo(of.name));
        else if (of.do === 'deleteCopy') await cluster.delete(refTo(of.name));
        else if (of.do === 'break') hub.breakWatches(of.expired);
        else if (of.do === 'hold') cluster.holdEvents();
        else if (of.do === 'release') cluster.releaseEvents();
        else if (of.do === 'pass') harness.clock.advance(of.milliseconds);
        else {
          harness.stop();
          harness = run([mirror], { hub, cluster, clock: harness.clock });
        }
        for (let turn = 0; turn < 3; turn += 1) await new Promise((go) => setImmediate(go));
      }
      calm = true;
      cluster.releaseEvents();
      await harness.ready;
      for (let round = 0; round < 4; round += 1) {
        // A key may be waiting for a broken watch to show its write: only time ends that.
        harness.clock.advance(120_000);
        await harness.rest();
      }
      await harness.rest();
      const contents = (objects: readonly ConfigMap[]) =>
        objects.map(({ metadata, data }) => [metadata.name, data]);
      expect(contents(cluster.objects(configMapKind))).toEqual(
        contents(hub.objects(configMapKind)),
      );
      expect(harness.errors).toEqual([]);
      const writes = hub.writes.length + cluster.writes.length;
      hub.breakWatches(true);
      cluster.breakWatches(true);
      harness.clock.advance(120_000);
      await harness.rest();
      expect(hub.writes.length + cluster.writes.length).toBe(writes);
      harness.stop();
    }),
    { numRuns: 100 },
  );
});
