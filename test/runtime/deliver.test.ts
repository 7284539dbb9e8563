import { afterEach, describe, expect, test } from 'vitest';
import type { IrDecl } from '../../src/ir/program.ts';
import { type ProgramObject, programKind, programPartKind } from '../../src/ir/program-object.ts';
import { type ConfigMap, configMapKind } from '../../src/kube/core.ts';
import { conditionOf, refOf } from '../../src/kube/object.ts';
import { appliedManifestWorkKind, manifestWorkKind } from '../../src/kube/ocm/work.ts';
import { runPrograms } from '../../src/runtime/hub/program/controller.ts';
import { collectParts } from '../../src/runtime/hub/program/parts.ts';
import { rollOutApps } from '../../src/runtime/hub/rollout/controller.ts';
import { app, configMap, constant, fleet, placed, program } from './hub/programs.ts';
import { edit, put, settled, versions, type World, world } from './world.ts';

const origin = { file: 0, span: { start: 0, end: 1 } };
const webWith = (value: string): IrDecl =>
  app('web', { manifests: [{ origin, object: constant(configMap('web', { v: value })) }] });
const cells = [...fleet(1), ...placed('prod', ['c1'])];
const hubSide = () => [runPrograms(), collectParts(), rollOutApps()];

let current: World | undefined;
afterEach(() => current?.stop());

async function start(decls: readonly IrDecl[], spec: object = {}): Promise<World> {
  current = await world(hubSide(), [...cells, ...program(decls, { spec })]);
  await current.settle();
  expect(current.errors()).toEqual([]);
  return current;
}
const programOf = ({ hub }: World): ProgramObject => {
  const found = hub.find(programKind, 'shop', 'main');
  if (found === undefined) throw new Error('no program');
  return found;
};
const mapOn = ({ cluster }: World): ConfigMap | undefined =>
  cluster.find(configMapKind, 'shop', 'web');
const apply = async (
  { hub }: World,
  decls: readonly IrDecl[],
  spec: object = {},
): Promise<void> => {
  const [head, ...parts] = program(decls, { spec });
  for (const part of parts) await put(hub, part);
  await edit(hub, refOf(head), { spec: head.spec });
};

describe('from a Program to a cluster and back', () => {
  test('an app arrives, and the Program knows', async () => {
    const of = await start([webWith('1')]);
    expect(mapOn(of)?.data).toEqual({ v: '1' });
    const { status } = programOf(of);
    expect(status?.rollouts).toEqual([
      { app: 'shop/web', of: 1, done: 1, updating: 0, failed: 0, halted: false },
    ]);
    expect(conditionOf(status?.conditions, 'Ready')).toMatchObject({ status: 'True' });
    const [work] = of.hub.objects(manifestWorkKind);
    expect(work?.status?.conditions?.map(({ type, status: is }) => `${type} ${is}`)).toEqual([
      'Applied True',
      'Available True',
    ]);
    const [record] = of.cluster.objects(appliedManifestWorkKind);
    expect(record?.status?.appliedResources).toEqual([
      expect.objectContaining({
        resource: 'configmaps',
        namespace: 'shop',
        name: 'web',
        uid: mapOn(of)?.metadata.uid,
      }),
    ]);
  });

  test('a change arrives too', async () => {
    const of = await start([webWith('1')]);
    await apply(of, [webWith('2')]);
    await of.settle();
    expect(mapOn(of)?.data).toEqual({ v: '2' });
    expect(programOf(of).status?.rollouts?.[0]).toMatchObject({ done: 1 });
  });

  test('at rest nothing is written, also after everything was started anew', async () => {
    const of = await start([webWith('1')]);
    const before = [...versions(of.hub), ...versions(of.cluster)];
    await of.restart();
    await of.settle();
    expect([...versions(of.hub), ...versions(of.cluster)]).toEqual(before);
    const writes = of.hub.writes.length + of.cluster.writes.length;
    of.hub.breakWatches(true);
    of.cluster.breakWatches(true);
    await of.settle();
    expect(of.hub.writes.length + of.cluster.writes.length).toBe(writes);
  });

  test('a hand edit on the cluster and one of the work are reverted', async () => {
    const of = await start([webWith('1')]);
    const map = mapOn(of);
    const [work] = of.hub.objects(manifestWorkKind);
    if (map === undefined || work === undefined) throw new Error('nothing was delivered');
    await edit(of.cluster, refOf(map), { data: { v: 'by hand' } });
    await of.settle();
    expect(mapOn(of)?.data).toEqual({ v: '1' });
    await edit(of.hub, refOf(work), { spec: { workload: { manifests: [] } } });
    await of.settle();
    expect(of.hub.find(manifestWorkKind, 'c1', 'shop-web')?.spec).toEqual(work.spec);
    expect(mapOn(of)?.data).toEqual({ v: '1' });
  });

  test('what somebody deleted on the cluster comes back', async () => {
    const of = await start([webWith('1')]);
    const map = mapOn(of);
    if (map === undefined) throw new Error('nothing was delivered');
    await of.cluster.delete(refOf(map));
    await of.settle();
    expect(mapOn(of)?.data).toEqual({ v: '1' });
    expect(mapOn(of)?.metadata.uid).not.toBe(map.metadata.uid);
  });

  test('a manifest that is taken out goes from the cluster', async () => {
    const two = app('web', {
      manifests: ['web', 'more'].map((name) => ({ origin, object: constant(configMap(name)) })),
    });
    const of = await start([two]);
    expect(of.cluster.find(configMapKind, 'shop', 'more')).toBeDefined();
    await apply(of, [app('web', { manifests: [{ origin, object: constant(configMap('web')) }] })]);
    await of.settle();
    expect(of.cluster.find(configMapKind, 'shop', 'more')).toBeUndefined();
    expect(mapOn(of)).toBeDefined();
  });

  test('a cluster that leaves the placement loses the app, work and objects', async () => {
    const of = await start([webWith('1')]);
    for (const object of placed('prod', [])) await put(of.hub, object);
    await of.settle();
    expect(of.hub.objects(manifestWorkKind)).toEqual([]);
    expect(of.cluster.objects(appliedManifestWorkKind)).toEqual([]);
    expect(mapOn(of)).toBeUndefined();
  });

  test('an account without the right delivers nothing, until it has it', async () => {
    let allowed = false;
    current = await world(hubSide(), [...cells, ...program([webWith('1')])], {
      allowed: () => allowed,
    });
    await current.settle();
    expect(current.hub.objects(manifestWorkKind)).toEqual([]);
    expect(programOf(current).status?.rollouts?.[0]).toMatchObject({ reason: 'Forbidden' });
    allowed = true;
    await current.settle();
    expect(mapOn(current)).toBeDefined();
    expect(programOf(current).status?.rollouts?.[0]).toMatchObject({ done: 1 });
  });
});

describe('nothing is deleted that nobody asked to delete', () => {
  test('an app that is no longer declared stays', async () => {
    const of = await start([webWith('1'), app('other')]);
    await apply(of, [app('other')]);
    await of.settle();
    expect(mapOn(of)?.data).toEqual({ v: '1' });
    expect(programOf(of).status?.counts.noLongerDeclared).toBe(1);
  });

  test('with `prune` and no cluster to lose, it stays, and the Program says which would lose it', async () => {
    const of = await start([webWith('1'), app('other')]);
    await apply(of, [app('other')], { prune: true, maxDelete: 0 });
    await of.settle();
    expect(mapOn(of)).toBeDefined();
    expect(conditionOf(programOf(of).status?.conditions, 'Pruned')).toMatchObject({
      reason: 'MaxDeleteExceeded',
      message: '1 clusters would lose a workload, and 0 may: c1',
    });
  });

  test('with `prune` and one to lose, it goes', async () => {
    const of = await start([webWith('1'), app('other')]);
    await apply(of, [app('other')], { prune: true, maxDelete: 1 });
    await of.settle();
    expect(mapOn(of)).toBeUndefined();
    expect(of.hub.objects(manifestWorkKind).map(({ metadata }) => metadata.name)).toEqual([
      'shop-other',
    ]);
  });

  test('a missing part changes nothing', async () => {
    const of = await start([webWith('1')]);
    const before = settled(of.hub, manifestWorkKind);
    for (const part of of.hub.objects(programPartKind)) await of.hub.delete(refOf(part));
    await of.settle();
    expect(settled(of.hub, manifestWorkKind)).toEqual(before);
    expect(conditionOf(programOf(of).status?.conditions, 'Applied')).toMatchObject({
      reason: 'PartMissing',
    });
  });

  test('a Program that goes leaves its works, which are nobody’s then', async () => {
    const of = await start([webWith('1')]);
    await of.hub.delete(refOf(programOf(of)));
    await of.settle();
    expect(of.hub.objects(programKind)).toEqual([]);
    const [work] = of.hub.objects(manifestWorkKind);
    expect(work?.metadata.labels).toEqual({});
    expect(mapOn(of)).toBeDefined();
  });

  test('a Program that goes with `Delete` takes them along', async () => {
    const of = await start([webWith('1')], { deletionPolicy: 'Delete' });
    await of.hub.delete(refOf(programOf(of)));
    await of.settle();
    expect(of.hub.objects(programKind)).toEqual([]);
    expect(of.hub.objects(manifestWorkKind)).toEqual([]);
    expect(mapOn(of)).toBeUndefined();
  });
});
