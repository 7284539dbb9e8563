import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import {
  type CustomResourceDefinition,
  configMapKind,
  customResourceDefinitionKind,
} from '../../../src/kube/core.ts';
import {
  type Kind,
  type KubeObject,
  type OwnerReference,
  refOf,
} from '../../../src/kube/object.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';

/** What the tests do to a server. */
export interface Hands {
  readonly cluster: () => Cluster;
  readonly make: <T extends KubeObject>(object: T) => Promise<T>;
  readonly find: (kind: Kind, namespace: string, name: string) => Promise<KubeObject | null>;
  readonly patch: (object: KubeObject, body: Json) => Promise<void>;
}

const wait = { timeout: 15_000, interval: 50 };
const group = 'kinds.services.test';
const hold = 'services.test/hold';

interface DefinitionInput {
  readonly scope?: 'Cluster' | 'Namespaced';
  /** Served versions; the first is the stored one. */
  readonly versions?: readonly string[];
}
function definition(
  kind: string,
  { scope = 'Namespaced', versions = ['v1'] }: DefinitionInput = {},
): CustomResourceDefinition {
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      scope,
      names: { plural: `${singular}s`, singular, kind, listKind: `${kind}List` },
      versions: versions.map((name, n) => ({
        name,
        served: true,
        storage: n === 0,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      })),
    },
  };
}

function ownedBy({ apiVersion, kind, metadata }: KubeObject, block = false): OwnerReference {
  const { name, uid = '' } = metadata;
  return { apiVersion, kind, name, uid, ...(block && { blockOwnerDeletion: true }) };
}

function configMap(namespace: string, name: string, ...ownerReferences: OwnerReference[]) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ownerReferences } };
}

/** The collection of kinds that definitions bring and take away while the services run. */
export function runTimeKinds({ cluster, make, find, patch }: Hands): void {
  const kindOf = (kind: string, version = 'v1'): Kind => ({ group, version, kind });
  const there = async ({ apiVersion, kind, metadata }: KubeObject): Promise<boolean> => {
    const { namespace = '', name, uid } = metadata;
    const [of = '', version = ''] = apiVersion.includes('/')
      ? apiVersion.split('/')
      : ['', apiVersion];
    return (await find({ group: of, version, kind }, namespace, name))?.metadata.uid === uid;
  };
  const goes = (object: KubeObject) => expect.poll(() => there(object), wait).toBe(false);
  const remove = async (
    object: KubeObject,
    propagation: 'Background' | 'Foreground' | 'Orphan' = 'Background',
  ) => expect(await cluster().delete(refOf(object), { propagation })).toMatchObject({ ok: true });

  /** Until objects of a kind can be made. */
  const defined = async (kind: string, input: DefinitionInput = {}) => {
    const made = await make(definition(kind, input));
    const [version = 'v1'] = input.versions ?? [];
    await expect
      .poll(async () => (await cluster().list(kindOf(kind, version))).ok, wait)
      .toBe(true);
    return made;
  };
  const create = async (
    kind: string,
    name: string,
    metadata: Partial<KubeObject['metadata']> = {},
    version = 'v1',
  ): Promise<KubeObject> => {
    const object = { apiVersion: `${group}/${version}`, kind, metadata: { name, ...metadata } };
    let made: KubeObject | undefined;
    await expect
      .poll(async () => {
        const answer = await cluster().create(object);
        if (answer.ok) made = answer.value;
        return answer.ok ? 'made' : answer.message;
      }, wait)
      .toBe('made');
    if (made === undefined) throw new Error('not made');
    return made;
  };
  const namespace = (name: string) =>
    make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const absent = { apiVersion: 'v1', kind: 'ConfigMap', name: 'absent', uid: 'absent' };
  /** Objects of the kind are read by now: one has been collected. */
  const followed = async (kind: string, of: string): Promise<void> =>
    goes(await create(kind, 'first', { namespace: of, ownerReferences: [absent] }));
  /** What was changed before has been looked at by now: something that came later has been collected. */
  const afterAPass = async (of: string): Promise<void> => {
    const name = `later-${Math.random().toString(36).slice(2)}`;
    await goes(await make(configMap(of, name, absent)));
  };

  describe('kinds that definitions bring', () => {
    test('own and are owned, in any of their versions', async () => {
      await namespace('bring');
      await defined('Box', { versions: ['v1', 'v2'] });
      const box = await create('Box', 'box', { namespace: 'bring' });
      const inV2 = { ...ownedBy(box), apiVersion: `${group}/v2` };
      const content = await make(configMap('bring', 'content', inV2));
      const inner = await create(
        'Box',
        'inner',
        { namespace: 'bring', ownerReferences: [ownedBy(content)] },
        'v2',
      );
      await afterAPass('bring');
      expect([await there(content), await there(inner)]).toEqual([true, true]);
      await remove(box);
      await goes(content);
      await goes(inner);
    });

    test('own what is in a namespace from outside of it, and never the other way round', async () => {
      await namespace('scopes');
      await defined('Room', { scope: 'Cluster' });
      await defined('Chair');
      const room = await create('Room', 'room');
      const chair = await create('Chair', 'chair', {
        namespace: 'scopes',
        ownerReferences: [ownedBy(room)],
      });
      const impossible = await create('Room', 'impossible', {
        ownerReferences: [{ ...ownedBy(chair), uid: 'nobody' }],
      });
      await namespace('scopes-elsewhere');
      const stranger = await make(configMap('scopes-elsewhere', 'stranger', ownedBy(chair)));
      const impostor = await make(
        configMap('scopes', 'impostor', { ...ownedBy(chair), uid: 'another' }),
      );
      await goes(stranger);
      await goes(impostor);
      expect([await there(chair), await there(impossible)]).toEqual([true, true]);
      await remove(room);
      await goes(chair);
      await afterAPass('scopes');
      expect(await there(impossible)).toBe(true);
    });

    test('wait for what blocks them where they are deleted in the foreground', async () => {
      await namespace('foreground');
      await defined('Tree');
      const top = await create('Tree', 'top', { namespace: 'foreground' });
      const branch = await create('Tree', 'branch', {
        namespace: 'foreground',
        ownerReferences: [ownedBy(top, true)],
      });
      const leaf = await create('Tree', 'leaf', {
        namespace: 'foreground',
        ownerReferences: [ownedBy(branch, true)],
        finalizers: [hold],
      });
      const shared = await make(
        configMap(
          'foreground',
          'shared',
          ownedBy(top, true),
          ownedBy(await make(configMap('foreground', 'other'))),
        ),
      );
      await remove(top, 'Foreground');
      await expect
        .poll(async () => (await find(kindOf('Tree'), 'foreground', 'leaf'))?.metadata, wait)
        .toHaveProperty('deletionTimestamp');
      await expect
        .poll(
          async () => (await find(configMapKind, 'foreground', 'shared'))?.metadata.ownerReferences,
          wait,
        )
        .toMatchObject([{ name: 'other' }]);
      await afterAPass('foreground');
      expect([await there(top), await there(branch)]).toEqual([true, true]);
      await patch(leaf, { metadata: { finalizers: null } });
      await goes(top);
      expect([await there(branch), await there(leaf), await there(shared)]).toEqual([
        false,
        false,
        true,
      ]);
    });

    test('end in a circle too', async () => {
      await namespace('circle');
      await defined('Link');
      const one = await create('Link', 'one', { namespace: 'circle' });
      const other = await create('Link', 'other', {
        namespace: 'circle',
        ownerReferences: [ownedBy(one, true)],
      });
      await patch(one, { metadata: { ownerReferences: [{ ...ownedBy(other, true) }] } });
      await remove(one, 'Foreground');
      await goes(one);
      await goes(other);
    });

    test('leave alone what they own where they are deleted so', async () => {
      await namespace('orphans');
      await defined('Parent', { versions: ['v1', 'v2'] });
      const parent = await create('Parent', 'parent', { namespace: 'orphans' });
      const children = [
        await make(configMap('orphans', 'a', ownedBy(parent))),
        await create('Parent', 'b', {
          namespace: 'orphans',
          ownerReferences: [{ ...ownedBy(parent), apiVersion: `${group}/v2` }],
        }),
      ];
      await remove(parent, 'Orphan');
      await goes(parent);
      await afterAPass('orphans');
      for (const child of children) expect(await there(child)).toBe(true);
      const left = await find(kindOf('Parent'), 'orphans', 'b');
      expect(left?.metadata.ownerReferences ?? []).toEqual([]);
    });

    test('keep what they own as long as nobody knows them', async () => {
      await namespace('unknown');
      const owner = { apiVersion: `${group}/v1`, kind: 'Ghost', name: 'ghost', uid: 'ghost' };
      const kept = await make(configMap('unknown', 'kept', owner));
      const both = await make(configMap('unknown', 'both', owner, absent));
      await afterAPass('unknown');
      expect([await there(kept), await there(both)]).toEqual([true, true]);
      await defined('Ghost');
      await goes(kept);
      await goes(both);
    });

    test('are followed when they are stored in another version', async () => {
      await namespace('versions');
      const before = await defined('Moving', { versions: ['v1', 'v2'] });
      const moving = await create('Moving', 'moving', { namespace: 'versions' });
      const child = await make(configMap('versions', 'child', ownedBy(moving, true)));
      const { spec } = definition('Moving', { versions: ['v2', 'v1'] });
      const versions = spec.versions.map((version) => ({ ...version, served: version.storage }));
      await patch(before, { spec: { versions } } as unknown as Json);
      await expect
        .poll(async () => (await cluster().list(kindOf('Moving', 'v1'))).ok, wait)
        .toBe(false);
      await afterAPass('versions');
      expect(await there(child)).toBe(true);
      const now = await find(kindOf('Moving', 'v2'), 'versions', 'moving');
      if (now === null) throw new Error('it is gone');
      await remove(now, 'Foreground');
      await goes(child);
      await goes(now);
    });

    test('go with their definition, and so does what they own', async () => {
      await namespace('ends');
      const ending = await defined('Ending');
      const held = await create('Ending', 'held', { namespace: 'ends', finalizers: [hold] });
      const free = await create('Ending', 'free', { namespace: 'ends' });
      const ofFree = await make(configMap('ends', 'of-free', ownedBy(free)));
      const ofHeld = await make(configMap('ends', 'of-held', ownedBy(held)));
      await followed('Ending', 'ends');
      await remove(ending);
      await goes(free);
      await goes(ofFree);
      expect([await there(ending), await there(held), await there(ofHeld)]).toEqual([
        true,
        true,
        true,
      ]);
      await patch(held, { metadata: { finalizers: null } });
      await goes(ending);
      await goes(ofHeld);
      expect(await find(customResourceDefinitionKind, '', ending.metadata.name)).toBeNull();
    });

    test('go with their definition although it serves them no longer', async () => {
      await namespace('unserved');
      const unserved = await defined('Unserved');
      const object = await create('Unserved', 'object', { namespace: 'unserved' });
      const kept = await make(configMap('unserved', 'kept', ownedBy(object)));
      const versions = unserved.spec.versions.map((version) => ({ ...version, served: false }));
      await patch(unserved, { spec: { versions } } as unknown as Json);
      await expect
        .poll(async () => (await cluster().list(kindOf('Unserved'))).ok, wait)
        .toBe(false);
      await afterAPass('unserved');
      expect(await there(kept)).toBe(true);
      await remove(unserved);
      await goes(unserved);
    });

    test('are others when they come again, for example without namespaces', async () => {
      await namespace('again');
      const first = await defined('Again');
      const inside = await create('Again', 'again', { namespace: 'again' });
      const ofInside = await make(configMap('again', 'of-inside', ownedBy(inside)));
      await followed('Again', 'again');
      await remove(first);
      await goes(first);
      await goes(ofInside);
      await defined('Again', { scope: 'Cluster' });
      const outside = await create('Again', 'again');
      const ofOutside = await make(configMap('again', 'of-outside', ownedBy(outside)));
      await afterAPass('again');
      expect(await there(ofOutside)).toBe(true);
      await remove(outside, 'Foreground');
      await goes(ofOutside);
      await goes(outside);
    });
  });
}
