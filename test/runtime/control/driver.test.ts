import { afterEach, describe, expect, test } from 'vitest';
import { plus } from '../../../src/base/instant.ts';
import type { Json } from '../../../src/base/json.ts';
import { type ConfigMap, configMapKind, eventKind } from '../../../src/kube/core.ts';
import { type KubeObject, keyOf, parseKey, type Ref, refOf } from '../../../src/kube/object.ts';
import {
  type Action,
  type Attempt,
  type Controller,
  done,
  everyOf,
  type Index,
  type Outcome,
  type Projection,
  type Seen,
  type Snapshot,
  watch,
} from '../../../src/runtime/control/controller.ts';
import { eventually } from '../../support/clock.ts';
import { type MemoryCluster, memoryCluster } from '../../support/memory-cluster.ts';
import { configMap, type Harness, run } from './harness.ts';

let harness: Harness | undefined;
afterEach(() => harness?.stop());

const byKey = watch({ kind: configMapKind, keys: (object) => [keyOf(object)] });

function controller(
  reconcile: Controller['reconcile'],
  more: Partial<Controller> = {},
): Controller {
  return { name: 'test', watches: [byKey], reconcile, ...more };
}

function refTo(name: string): Ref {
  return refOf(configMap(name));
}

/** Copies each ConfigMap named `from-*` to `to-*`. */
const copier = controller((key, snapshot) => {
  const { namespace, name } = parseKey(key);
  if (!name.startsWith('from-')) return done;
  const object = snapshot.get(configMapKind, namespace, name);
  if (object === undefined) return done;
  const copy = configMap(name.replace('from-', 'to-'), object.data);
  return { actions: [{ do: 'apply', object: copy, fieldManager: 'copier' }] };
});

describe('the driver', () => {
  test('holds a patch to the version that the write before it left', async () => {
    const of = refTo('mine');
    const patches: unknown[] = [];
    const hub = memoryCluster();
    const seen: MemoryCluster = {
      ...hub,
      mergePatch: (ref, patch, write) => {
        patches.push(patch);
        return hub.mergePatch(ref, patch, write);
      },
    };
    const maker = controller((key, snapshot) => {
      const { namespace, name } = parseKey(key);
      if (name !== 'from-a' || snapshot.get(configMapKind, namespace, 'mine') !== undefined)
        return done;
      return {
        actions: [
          { do: 'create', object: configMap('mine') },
          { do: 'patch', of, patch: { data: { x: '1' } }, asWritten: true },
          { do: 'patch', of, patch: { data: { y: '1' } }, asWritten: true },
        ],
      };
    });
    await hub.create(configMap('from-a'));
    harness = run([maker], { hub: seen });
    await harness.ready;
    await harness.rest();
    const { uid, resourceVersion = '' } = hub.find(configMapKind, 'test', 'mine')?.metadata ?? {};
    const left = (writesAgo: number) => String(Number(resourceVersion) - writesAgo);
    expect(patches).toEqual([
      { metadata: { uid, resourceVersion: left(2) }, data: { x: '1' } },
      { metadata: { uid, resourceVersion: left(1) }, data: { y: '1' } },
    ]);
  });

  test('reconciles what is there and what comes, and writes the outcome', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('from-a', { x: '1' }));
    harness = run([copier], { hub });
    await harness.ready;
    await harness.rest();
    await hub.create(configMap('from-b', { x: '2' }));
    await harness.rest();
    expect(hub.find(configMapKind, 'test', 'to-a')?.data).toEqual({ x: '1' });
    expect(hub.find(configMapKind, 'test', 'to-b')?.data).toEqual({ x: '2' });
  });

  test('drops what would change nothing: at rest a further pass writes nothing', async () => {
    const hub = memoryCluster();
    for (let n = 0; n < 20; n += 1) await hub.create(configMap(`from-${n}`, { n: `${n}` }));
    harness = run([copier], { hub });
    await harness.ready;
    await harness.rest();
    const before = hub.writes.length;
    // Lists again and so passes over every object once more.
    hub.breakWatches(true);
    await harness.rest();
    harness.clock.advance(1_000);
    await harness.rest();
    for (const { metadata } of hub.objects(configMapKind)) {
      await hub.mergePatch(refTo(metadata.name), { metadata: { labels: { seen: 'yes' } } });
    }
    const labelled = hub.writes.length;
    await harness.rest();
    expect(labelled).toBe(before + 40);
    // A label the copier does not own is no reason to apply: only those it must look at again for the first time.
    harness.clock.advance(60_000);
    await harness.rest();
    const copies = hub.writes.slice(labelled);
    hub.breakWatches(true);
    harness.clock.advance(60_000);
    await harness.rest();
    expect(hub.writes.length).toBe(labelled + copies.length);
  });

  test('what may give way comes after the keys that wait, however many come later', async () => {
    const hub = memoryCluster();
    for (const name of ['a', 'b', 'c']) await hub.create(configMap(`from-${name}`));
    let rounds = 0;
    const apply = (object: ConfigMap): Action => ({ do: 'apply', object, fieldManager: 'teller' });
    const teller = controller(
      (key, snapshot, now) => {
        const { name } = parseKey(key);
        // Wakes itself without an end, so that some key always waits.
        if (name === 'restless' && rounds < 200) {
          rounds += 1;
          return { actions: [apply(configMap('restless', { rounds: `${rounds}` }))] };
        }
        if (!name.startsWith('from-')) return done;
        const { actions } = copier.reconcile(key, snapshot, now);
        const told = apply(configMap(name.replace('from-', 'told-')));
        return { actions: [...actions, { ...told, yields: true }] };
      },
      { concurrency: 1 },
    );
    await hub.create(configMap('restless'));
    harness = run([teller], { hub });
    await harness.ready;
    await harness.rest();
    const names = hub.writes.map(({ of }) => of.name).filter((name) => /^(to|told)-/.test(name));
    expect(names).toEqual(['to-a', 'to-b', 'to-c', 'told-a', 'told-b', 'told-c']);
    const written = hub.writes.map(({ of }) => of.name);
    expect(written.indexOf('told-c')).toBeLessThan(20);
    expect(rounds).toBe(200);
  });

  test('creates nothing twice while the cache is stale', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('order'));
    const owned: Index<ConfigMap> = {
      name: 'owned',
      kind: configMapKind,
      keys: ({ metadata }) => (metadata.labels?.['of'] ? [metadata.labels['of']] : []),
    };
    const maker = controller(
      (key, snapshot) => {
        if (key !== 'test/order') return done;
        if (snapshot.list(owned, 'order').length > 0) return done;
        const object = configMap('', {}, { of: 'order' });
        const named = { ...object, metadata: { ...object.metadata, generateName: 'part-' } };
        return { actions: [{ do: 'create', object: named }] };
      },
      { indexes: [owned as unknown as Index] },
    );
    harness = run([maker], { hub });
    await harness.ready;
    hub.holdEvents();
    await hub.mergePatch(refTo('order'), { data: { touched: '1' } });
    hub.releaseEvents();
    await eventually(() => hub.writes.some(({ verb }) => verb === 'create'), 'something is made');
    hub.holdEvents();
    for (let n = 0; n < 5; n += 1) {
      await hub.mergePatch(refTo('order'), { data: { touched: `${n}` } });
      await new Promise((resolve) => setImmediate(resolve));
    }
    hub.releaseEvents();
    await harness.rest();
    expect(
      hub.objects(configMapKind).filter(({ metadata }) => metadata.labels?.['of']),
    ).toHaveLength(1);
  });

  test('does not wait for an object that went with its own write', async () => {
    const hub = memoryCluster();
    const held = configMap('held');
    await hub.create({ ...held, metadata: { ...held.metadata, finalizers: ['x/y'] } });
    const freer = controller((key, snapshot): Outcome => {
      const object = snapshot.get(configMapKind, 'test', parseKey(key).name);
      if (object?.metadata.deletionTimestamp === undefined) return done;
      const patch = { metadata: { finalizers: null } };
      return { actions: [{ do: 'patch', of: refOf(object), patch }] };
    });
    harness = run([freer], { hub });
    await harness.ready;
    await harness.rest();
    await hub.delete(refTo('held'));
    await harness.rest();
    expect(hub.objects(configMapKind)).toEqual([]);
    expect(harness.clock.timers()).toEqual([]);
  });

  test('waits for the cache no longer than its limit', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('a'));
    let passes = 0;
    const toucher = controller((key, _snapshot, now): Outcome => {
      passes += 1;
      const patch = { data: { at: String(now) } };
      return { actions: [{ do: 'patch', of: refTo(parseKey(key).name), patch }] };
    });
    harness = run([toucher], { hub });
    await harness.ready;
    await harness.rest();
    hub.holdEvents();
    harness.clock.advance(1);
    await hub.create(configMap('b'));
    hub.releaseEvents();
    hub.holdEvents();
    await eventually(() => hub.find(configMapKind, 'test', 'b')?.data?.['at'] !== undefined, 'b');
    const before = passes;
    harness.clock.advance(9_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(passes).toBe(before);
    harness.clock.advance(2_000);
    await harness.rest();
    hub.releaseEvents();
    await harness.rest();
    expect(passes).toBeGreaterThan(before);
  });

  test('stops a pass at a failure, does what is independent, and shows the failure to the next pass', async () => {
    const hub = memoryCluster({
      refuse: ({ verb, of }) =>
        verb === 'create' && of.name.startsWith('bad')
          ? { status: 403, reason: 'Forbidden', message: 'no' }
          : undefined,
    });
    await hub.create(configMap('main'));
    const seen: (Attempt | undefined)[] = [];
    const many = controller((key, snapshot): Outcome => {
      if (key !== 'test/main') return done;
      seen.push(snapshot.attempt(refTo('bad')));
      const create = (name: string, independent?: boolean): Action => ({
        do: 'create',
        object: configMap(name),
        ...(independent && { independent }),
      });
      return { actions: [create('bad'), create('never'), create('always', true)] };
    });
    harness = run([many], { hub });
    await harness.ready;
    await eventually(() => seen.length > 1, 'a second pass');
    expect(seen[0]).toBeUndefined();
    expect(seen[1]?.failure).toEqual({ status: 403, reason: 'Forbidden', message: 'no' });
    await harness.rest();
    // The second pass knew of the failure, so what follows the held action was done too.
    expect(hub.find(configMapKind, 'test', 'always')).toBeDefined();
    expect(hub.find(configMapKind, 'test', 'never')).toBeDefined();
    expect(hub.writes.filter(({ of }) => of.name === 'bad')).toHaveLength(1);
  });

  test('tries again what was refused, later each time, and tells when it went through', async () => {
    let refuse = true;
    const hub = memoryCluster({
      refuse: ({ verb }) =>
        verb === 'delete' && refuse
          ? { status: 500, reason: 'InternalError', message: 'etcd is away' }
          : undefined,
    });
    await hub.create(configMap('a'));
    const seen: (Attempt | undefined)[] = [];
    harness = run(
      [
        controller((_key, snapshot) => {
          seen.push(snapshot.attempt(refTo('a')));
          return { actions: [{ do: 'delete', of: refTo('a') }] };
        }),
      ],
      { hub },
    );
    await harness.ready;
    const deletes = (): number => hub.writes.filter(({ verb }) => verb === 'delete').length;
    await harness.rest();
    expect(deletes()).toBe(1);
    for (const [wait, count] of [
      [50, 2],
      [99, 2],
      [1, 3],
      [199, 3],
      [1, 4],
    ] as const) {
      harness.clock.advance(wait);
      await harness.rest();
      expect(deletes()).toBe(count);
    }
    refuse = false;
    harness.clock.advance(60_000);
    await harness.rest();
    expect(hub.objects(configMapKind)).toHaveLength(0);
    expect(seen.at(-1)).toEqual({ at: harness.clock.now(), failure: null });
  });

  test('runs a key again at the instant it asked for', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('a'));
    const at: number[] = [];
    harness = run(
      [
        controller((_key, _snapshot, now) => {
          at.push(now);
          return at.length > 2 ? done : { actions: [], again: plus(now, 5_000) };
        }),
      ],
      { hub },
    );
    await harness.ready;
    await harness.rest();
    const start = at[0] ?? 0;
    harness.clock.advance(4_999);
    await harness.rest();
    expect(at).toHaveLength(1);
    harness.clock.advance(1);
    await harness.rest();
    harness.clock.advance(5_000);
    await harness.rest();
    harness.clock.advance(100_000);
    await harness.rest();
    expect(at).toEqual([start, start + 5_000, start + 10_000]);
    expect(harness.nextDue()).toBeNull();
  });

  test('lives on when a reconciler throws: the error is told, the object gets an event, the key comes back', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('good'));
    await hub.create(configMap('bad'));
    const passes: string[] = [];
    harness = run(
      [
        controller((key) => {
          passes.push(key);
          if (key === 'test/bad') throw new Error('our bug');
          return done;
        }),
      ],
      { hub },
    );
    await harness.ready;
    await harness.rest();
    harness.clock.advance(60_000);
    await harness.rest();
    expect(harness.errors.length).toBeGreaterThan(1);
    expect(passes.filter((key) => key === 'test/good')).toHaveLength(1);
    const [event] = hub.objects(eventKind);
    expect(event).toMatchObject({
      type: 'Warning',
      reason: 'InternalError',
      involvedObject: { name: 'bad' },
    });
    expect(event?.message).not.toContain('our bug');
    expect(harness.metrics().controllers[0]?.errors).toBe(harness.errors.length);
  });

  describe('an index or projection that throws on one object', () => {
    const thrower = (object: KubeObject): void => {
      if (object.metadata.name === 'from-bad') throw new Error('a bug in an index');
    };
    const index: Index<ConfigMap> = {
      name: 'odd',
      kind: configMapKind,
      keys: (object) => {
        thrower(object);
        return ['all'];
      },
    };
    const projection: Projection<Set<string>> = {
      name: 'names',
      kinds: [{ kind: configMapKind }],
      create: () => new Set(),
      change: (names, _, now) => {
        if (now === undefined) return;
        thrower(now);
        names.add(now.metadata.name);
      },
    };

    test.each(['is there from the start', 'comes later'])(
      'which %s: it is told, and every other object is known',
      async (when) => {
        const hub = memoryCluster();
        const bad = configMap('from-bad', { x: '1' });
        if (when === 'is there from the start') await hub.create(bad);
        await hub.create(configMap('from-good', { x: '2' }));
        const seen = { listed: [] as string[], projected: [] as string[] };
        const reader = controller(
          (_, snapshot) => {
            seen.listed = snapshot.list(index, 'all').map(({ metadata }) => metadata.name);
            seen.projected = [...snapshot.projection(projection)];
            return done;
          },
          { indexes: [index as unknown as Index], projections: [projection] as never },
        );
        // The second finds objects on the shelf that its index and projection have not seen.
        harness = run([copier, reader], { hub });
        await harness.ready;
        if (when === 'comes later') await hub.create(bad);
        await hub.create(configMap('other'));
        await harness.rest();
        expect(harness.errors.map(String)).toContain('Error: a bug in an index');
        expect(seen.listed).toEqual(['from-good', 'other', 'to-bad', 'to-good']);
        expect(seen.projected.toSorted()).toEqual(['from-good', 'other', 'to-bad', 'to-good']);
      },
    );
  });

  test('a mapping that throws is our bug too, and others go on', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('from-a'));
    const broken = controller(() => done, {
      name: 'broken',
      watches: [
        watch({
          kind: configMapKind,
          keys: () => {
            throw new Error('our bug');
          },
        }),
      ],
    });
    harness = run([broken, copier], { hub });
    await harness.ready;
    await harness.rest();
    expect(harness.errors.length).toBeGreaterThan(0);
    expect(hub.find(configMapKind, 'test', 'to-a')).toBeDefined();
  });

  test('acts on two worlds and impersonates where told', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('a', { x: '1' }));
    const mirror = controller((key, snapshot) => {
      const object = snapshot.get(configMapKind, 'test', parseKey(key).name);
      if (object === undefined) return done;
      const copy = configMap(object.metadata.name, object.data);
      const as = { namespace: 'test', name: 'robot' };
      return { actions: [{ do: 'apply', object: copy, fieldManager: 'm', at: 'cluster', as }] };
    });
    harness = run([mirror], { hub });
    await harness.ready;
    await harness.rest();
    expect(harness.cluster.find(configMapKind, 'test', 'a')?.data).toEqual({ x: '1' });
    expect(harness.cluster.writes[0]?.as).toBe('system:serviceaccount:test:robot');
    expect(hub.writes).toHaveLength(1);
  });

  test('starts with the keys it is told to, and waits for a kind nobody may list', async () => {
    let allowed = false;
    const hub = memoryCluster({
      refuse: ({ verb }) =>
        verb === 'list' && !allowed
          ? { status: 403, reason: 'Forbidden', message: 'no' }
          : undefined,
    });
    harness = run(
      [
        controller(() => ({ actions: [{ do: 'create', object: configMap('default') }] }), {
          startWith: ['start'],
        }),
      ],
      { hub },
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(hub.writes).toHaveLength(0);
    allowed = true;
    harness.clock.advance(60_000);
    await harness.ready;
    await harness.rest();
    expect(hub.find(configMapKind, 'test', 'default')).toBeDefined();
  });

  test('asks user code once, and the next pass reads the answer', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('a'));
    await hub.create(configMap('b'));
    const asked: Json[] = [];
    const answers: unknown[] = [];
    harness = run(
      [
        controller((_key, snapshot): Outcome => {
          const answer = snapshot.evaluated('q1');
          if (answer !== undefined) answers.push(answer);
          return { actions: [], evaluate: [{ id: 'q1', pass: 'policy', input: { n: 1 } }] };
        }),
      ],
      {
        hub,
        evaluator: {
          evaluate: async ({ input }) => {
            asked.push(input);
            return { ok: true, outcome: 'yes' };
          },
        },
      },
    );
    await harness.ready;
    await harness.rest();
    expect(asked).toEqual([{ n: 1 }]);
    expect(answers).toEqual([
      { ok: true, outcome: 'yes' },
      { ok: true, outcome: 'yes' },
    ]);
  });
});

test('a review is asked once, and its answer wakes the key', async () => {
  const hub = memoryCluster();
  await hub.create(configMap('a'));
  const allowing = {
    ...hub,
    create: async (object: KubeObject) =>
      object.kind === 'SubjectAccessReview'
        ? { ok: true, value: { ...object, status: { allowed: true } } }
        : hub.create(object),
  } as MemoryCluster;
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: { name: 'may-a' },
    spec: { user: 'somebody' },
  };
  const seen: (Attempt | undefined)[] = [];
  harness = run(
    [
      controller((_key, snapshot): Outcome => {
        const attempt = snapshot.attempt(refOf(review));
        seen.push(attempt);
        return attempt === undefined ? { actions: [{ do: 'create', object: review }] } : done;
      }),
    ],
    { hub: allowing, clusters: { hub: allowing } },
  );
  await harness.ready;
  await harness.rest();
  expect(seen).toEqual([undefined, { at: harness.clock.now(), failure: null }]);
});

describe('what a pass asks for beside its watches', () => {
  const target = refTo('target');
  const onCluster = (seen: Seen[]): Controller =>
    controller((_key, snapshot): Outcome => {
      seen.push(snapshot.look(target, 'cluster'));
      return { actions: [], alsoWatch: [{ ref: target, at: 'cluster' }] };
    });

  test('is unread at first, then absent or present, and wakes the key', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('policy'));
    const seen: Seen[] = [];
    harness = run([onCluster(seen)], { hub });
    await harness.ready;
    await harness.rest();
    expect(seen.map(({ state }) => state)).toEqual(['unread', 'absent']);
    await harness.cluster.create(configMap('target', { x: '1' }));
    await harness.rest();
    await harness.cluster.delete(target);
    await harness.rest();
    expect(seen.map(({ state }) => state)).toEqual(['unread', 'absent', 'present', 'absent']);
  });

  test('says why it cannot be read, and that the kind is unknown', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('policy'));
    for (const [status, reason, expected] of [
      [403, 'Forbidden', { state: 'unread', why: { reason: 'Forbidden', message: 'no' } }],
      [404, 'NotFound', { state: 'absent', kindUnknown: true }],
    ] as const) {
      const seen: Seen[] = [];
      const cluster = memoryCluster({
        refuse: ({ verb }) => (verb === 'list' ? { status, reason, message: 'no' } : undefined),
      });
      harness = run([onCluster(seen)], { hub, cluster });
      await harness.ready;
      await harness.rest();
      await hub.mergePatch(refTo('policy'), { data: { status: String(status) } });
      await harness.rest();
      expect(seen.at(-1)).toEqual(expected);
      harness.stop();
    }
  });

  test('is watched once for all keys and let go with the last', async () => {
    const hub = memoryCluster();
    for (const name of ['a', 'b']) await hub.create(configMap(name, { want: 'yes' }));
    const wants = controller((key, snapshot): Outcome => {
      const object = snapshot.get(configMapKind, 'test', parseKey(key).name);
      const want = object?.data?.['want'] === 'yes';
      return want ? { actions: [], alsoWatch: [{ ref: target, at: 'cluster' }] } : done;
    });
    harness = run([wants], { hub });
    await harness.ready;
    await harness.rest();
    const watches = (): number =>
      harness?.cluster.requests.filter(({ verb }) => verb === 'watch').length ?? 0;
    expect(watches()).toBe(1);
    expect(harness.metrics().watches).toBe(2);
    for (const name of ['a', 'b']) await hub.mergePatch(refTo(name), { data: { want: 'no' } });
    await harness.rest();
    expect(harness.metrics().watches).toBe(1);
  });

  test('of many single objects becomes one watch, and nothing is forgotten meanwhile', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('policy', { count: '100' }));
    const cluster = memoryCluster();
    for (let n = 0; n < 100; n += 1) await cluster.create(configMap(`t${n}`));
    let last: readonly string[] = [];
    let regressed = false;
    const known = new Set<string>();
    const wants = controller((key, snapshot): Outcome => {
      const count = Number(
        snapshot.get(configMapKind, 'test', parseKey(key).name)?.data?.['count'],
      );
      const refs = Array.from({ length: count }, (_, n) => refTo(`t${n}`));
      last = refs.map((ref) => snapshot.look(ref, 'cluster').state);
      refs.forEach((ref, n) => {
        if (last[n] === 'present') known.add(ref.name);
        else if (known.has(ref.name)) regressed = true;
      });
      return { actions: [], alsoWatch: refs.map((ref) => ({ ref, at: 'cluster' as const })) };
    });
    harness = run([wants], { hub, cluster });
    await harness.ready;
    await harness.rest();
    expect(new Set(last)).toEqual(new Set(['present']));
    expect(regressed).toBe(false);
    expect(harness.metrics().watches).toBe(2);
    await cluster.delete(refTo('t7'));
    await harness.rest();
    expect(last[7]).toBe('absent');
    await hub.mergePatch(refTo('policy'), { data: { count: '0' } });
    await harness.rest();
    expect(harness.metrics().watches).toBe(1);
  });

  test('lists whole kinds, and says when they are read', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('policy'));
    const cluster = memoryCluster();
    await cluster.create(configMap('x'));
    const seen: (number | 'unread')[] = [];
    const lister = controller((_key, snapshot: Snapshot): Outcome => {
      const index = everyOf(configMapKind, 'cluster');
      const read = snapshot.isRead(configMapKind, { namespace: 'test', at: 'cluster' });
      seen.push(read ? snapshot.list(index, 'test').length : 'unread');
      return { actions: [], alsoList: [{ kind: configMapKind, at: 'cluster', namespace: 'test' }] };
    });
    harness = run([lister], { hub, cluster });
    await harness.ready;
    await harness.rest();
    await cluster.create(configMap('y'));
    await harness.rest();
    expect(seen[0]).toBe('unread');
    expect(seen.at(-1)).toBe(2);
  });
});

describe('projections and indexes', () => {
  const total: Projection<{ count: number }> = {
    name: 'total',
    kinds: [{ kind: configMapKind }],
    create: () => ({ count: 0 }),
    change: (into, before, now) => {
      into.count += (now ? 1 : 0) - (before ? 1 : 0);
    },
  };

  test('follow every event', async () => {
    const hub = memoryCluster();
    for (const name of ['a', 'b', 'c']) await hub.create(configMap(name));
    let count = 0;
    harness = run(
      [
        controller(
          (_key, snapshot) => {
            count = snapshot.projection(total).count;
            return done;
          },
          { projections: [total as Projection<unknown>] },
        ),
      ],
      { hub },
    );
    await harness.ready;
    await harness.rest();
    expect(count).toBe(3);
    await hub.delete(refTo('b'));
    await hub.mergePatch(refTo('a'), { data: { x: '1' } });
    await harness.rest();
    expect(count).toBe(2);
  });

  test('a deletion missed while the watch was broken is noticed by the list', async () => {
    const hub = memoryCluster();
    for (const name of ['a', 'b', 'c']) await hub.create(configMap(name));
    const gone: string[] = [];
    harness = run(
      [
        controller((key, snapshot) => {
          if (!snapshot.get(configMapKind, 'test', parseKey(key).name)) gone.push(key);
          return done;
        }),
      ],
      { hub },
    );
    await harness.ready;
    await harness.rest();
    hub.holdEvents();
    await hub.delete(refTo('b'));
    hub.breakWatches(true);
    harness.clock.advance(60_000);
    await eventually(() => gone.length > 0, 'the deletion is seen');
    expect(gone).toEqual(['test/b']);
  });

  test('an index or kind nobody declared is a fault, not an empty answer', async () => {
    const hub = memoryCluster();
    await hub.create(configMap('a'));
    const undeclared = { name: 'undeclared', kind: configMapKind, keys: () => ['x'] };
    harness = run(
      [
        controller(
          (_key, snapshot) => ({ actions: [], list: snapshot.list(undeclared, 'x') }) as Outcome,
        ),
      ],
      { hub },
    );
    await harness.ready;
    await harness.rest();
    expect(String(harness.errors[0])).toContain('index undeclared is declared by no controller');
  });
});
