import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programKind } from '../../src/ir/program-object.ts';
import { type ConfigMap, configMapKind } from '../../src/kube/core.ts';
import type { Kind, Ref } from '../../src/kube/object.ts';
import {
  managedClusterKind,
  placementDecisionKind,
  placementKind,
} from '../../src/kube/ocm/cluster.ts';
import { manifestWorkKind } from '../../src/kube/ocm/work.ts';
import { schedulePlacements } from '../../src/runtime/hub/placement/controller.ts';
import { runPrograms } from '../../src/runtime/hub/program/controller.ts';
import { collectParts } from '../../src/runtime/hub/program/parts.ts';
import { rollOutApps } from '../../src/runtime/hub/rollout/controller.ts';
import type { MemoryCluster } from '../support/memory-cluster.ts';
import {
  all,
  app,
  cluster,
  clusterSet,
  configMap,
  constant,
  placementDecl,
  program,
  setBinding,
} from './hub/programs.ts';
import { edit, put, versions, world } from './world.ts';

const origin = { file: 0, span: { start: 0, end: 1 } };
const env = {
  op: 'attribute',
  name: 'env',
  source: { from: 'label', key: 'env' },
  type: 'string',
} as const;
const prod = placementDecl('prod', {
  where: {
    op: 'compare',
    by: '==',
    left: env,
    right: { op: 'const', type: 'string', value: 'prod' },
  },
});
const declsWith = (value: string) => [
  prod,
  app('web', {
    on: [
      {
        placement: 'prod',
        rollout: { ...all, type: 'Progressive', maxConcurrency: 1, minSuccessTime: '10s' },
      },
    ],
    manifests: [{ origin, object: constant(configMap('web', { v: value })) }],
  }),
];

type Step =
  | { readonly do: 'program'; readonly value: string }
  | { readonly do: 'label'; readonly cluster: string; readonly prod: boolean }
  | {
      readonly do: 'edit' | 'remove';
      readonly cluster: string;
      readonly what: 'map' | 'work' | 'decision' | 'placement';
    }
  | { readonly do: 'break'; readonly expired: boolean }
  | { readonly do: 'restart' | 'rest' }
  | { readonly do: 'pass'; readonly milliseconds: number };

const names = ['c1', 'c2'];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('program' as const), value: fc.constantFrom('1', '2', '3') }),
  fc.record({
    do: fc.constant('label' as const),
    cluster: fc.constantFrom(...names),
    prod: fc.boolean(),
  }),
  fc.record({
    do: fc.constantFrom('edit' as const, 'remove' as const),
    cluster: fc.constantFrom(...names),
    what: fc.constantFrom(
      'map' as const,
      'work' as const,
      'decision' as const,
      'placement' as const,
    ),
  }),
  fc.record({ do: fc.constant('break' as const), expired: fc.boolean() }),
  fc.record({ do: fc.constantFrom('restart' as const, 'rest' as const) }),
  fc.record({
    do: fc.constant('pass' as const),
    milliseconds: fc.integer({ min: 1, max: 40_000 }),
  }),
);

const refTo = (kind: Kind, namespace: string, name: string): Ref => ({ ...kind, namespace, name });

/** What a person may do to objects that are not theirs. */
async function meddle(
  of: Step & { readonly do: 'edit' | 'remove' },
  hub: MemoryCluster,
  on: MemoryCluster,
): Promise<void> {
  const targets = {
    map: [on, refTo(configMapKind, 'shop', 'web'), { data: { v: 'by hand' } }],
    work: [
      hub,
      refTo(manifestWorkKind, of.cluster, 'shop-web'),
      { spec: { workload: { manifests: [] } } },
    ],
    decision: [
      hub,
      refTo(placementDecisionKind, 'shop', 'prod-decision-1'),
      { metadata: { labels: { mine: 'yes' } } },
    ],
    placement: [hub, refTo(placementKind, 'shop', 'prod'), { spec: { numberOfClusters: 0 } }],
  } as const;
  const [where, ref, patch] = targets[of.what];
  if (of.do === 'edit') await edit(where, ref, patch);
  else await where.delete(ref);
}

test('whatever people do meanwhile, clusters end up as the Program says, and then nothing is written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const [head, ...parts] = program(declsWith('1'));
      const of = await world(
        [runPrograms(), collectParts(), schedulePlacements(), rollOutApps()],
        [
          cluster('c1', { env: 'prod' }),
          cluster('c2', { env: 'prod' }),
          clusterSet('all'),
          setBinding('all'),
          head,
          ...parts,
        ],
        { names },
      );
      let value = '1';
      const selected = new Set(names);
      for (const next of steps) {
        const on = of.clusters.get('cluster' in next ? next.cluster : 'c1');
        if (next.do === 'program') {
          value = next.value;
          const [wanted, ...more] = program(declsWith(value));
          for (const part of more) await put(of.hub, part);
          await edit(of.hub, refTo(programKind, 'shop', 'main'), { spec: wanted.spec });
        } else if (next.do === 'label') {
          const labels = { env: next.prod ? 'prod' : null };
          await edit(of.hub, refTo(managedClusterKind, '', next.cluster), { metadata: { labels } });
          if (next.prod) selected.add(next.cluster);
          else selected.delete(next.cluster);
        } else if (next.do === 'edit' || next.do === 'remove') {
          if (on !== undefined) await meddle(next, of.hub, on);
        } else if (next.do === 'break') of.hub.breakWatches(next.expired);
        else if (next.do === 'restart') await of.restart();
        else if (next.do === 'pass') of.clock.advance(next.milliseconds);
        else await of.settle(1);
        for (let turn = 0; turn < 3; turn += 1) await new Promise((go) => setImmediate(go));
      }
      await of.settle(12);
      for (const [name, on] of of.clusters) {
        const map = on.find<ConfigMap>(configMapKind, 'shop', 'web');
        expect([name, map?.data]).toEqual([name, selected.has(name) ? { v: value } : undefined]);
      }
      const works = of.hub.objects(manifestWorkKind).map(({ metadata }) => metadata.namespace);
      expect(works).toEqual([...selected].sort());
      const rollout = of.hub.find<typeof head>(programKind, 'shop', 'main')?.status?.rollouts?.[0];
      expect(rollout).toMatchObject({ of: selected.size, done: selected.size, failed: 0 });
      expect(of.errors()).toEqual([]);
      const all = () => [of.hub, ...of.clusters.values()].flatMap(versions);
      const before = all();
      await of.restart();
      await of.settle(4);
      expect(all()).toEqual(before);
      of.stop();
    }),
    { numRuns: 25 },
  );
}, 120_000);
