import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from '../../../src/engine/placement/explain.ts';
import { runPipeline } from '../../../src/engine/placement/pipeline.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import { cluster, clusterSet, scoreOn } from '../inventory/builders.ts';
import { hub } from './arbitraries.ts';
import { addOn, exactly, inputOf, label } from './builders.ts';

const env = (value: string) => ({ labels: { env: value } });
const objects = {
  clusters: [
    cluster('a', env('prod')),
    cluster('b', env('prod')),
    cluster('c', env('prod')),
    cluster('dev', env('dev')),
    cluster('tainted', {
      ...env('dev'),
      taints: [
        { key: 'gpu', value: 'yes', effect: 'NoSelect' },
        { key: 'edge', effect: 'PreferNoSelect' },
      ],
    }),
    cluster('gone', { ...env('prod'), deleting: true }),
    cluster('elsewhere', {}),
  ],
  sets: [clusterSet('some', { matchExpressions: [{ key: 'env', operator: 'Exists' }] })],
  scores: [scoreOn('a', { x: 30 }), scoreOn('b', { x: 20 }), scoreOn('c', { x: 10 })],
};

function nearest(name: string, changes: Partial<IrPlacement> = {}) {
  const of = { ...exactly(addOn('x')), where: label('env', 'prod'), numberOfClusters: 2 };
  const input = inputOf(objects, { ...of, ...changes }, { boundSets: ['some'] });
  return explain({ ...input, cluster: name }).nearest;
}

const everywhere = { op: 'const', type: 'bool', value: true } as const;

describe('what would admit or drop a cluster', () => {
  test('a fact', () => {
    expect(nearest('dev')).toMatchObject([{ change: 'fact', mustHold: true }]);
    expect(nearest('a')).toMatchObject([{ change: 'fact', mustHold: false }]);
  });

  test('a rank', () => {
    const rank = { change: 'rank', rank: 3, take: 2, score: 10, other: 20 };
    expect(nearest('c')).toEqual([rank]);
    expect(nearest('b', { where: everywhere })).toEqual([
      { change: 'rank', rank: 2, take: 2, score: 20, other: 10 },
    ]);
  });

  test('a set, facts and tolerations together', () => {
    expect(nearest('elsewhere')).toMatchObject([
      { change: 'set', sets: ['some'], mustHold: true },
      { change: 'fact' },
    ]);
    expect(nearest('tainted')).toMatchObject([
      { change: 'fact' },
      { change: 'toleration', taint: { key: 'gpu' } },
    ]);
  });

  test('to leave the sets, where nothing else drops it', () => {
    expect(nearest('a', { where: everywhere, numberOfClusters: null })).toEqual([
      { change: 'set', sets: ['some'], mustHold: false },
    ]);
  });

  test('nothing, where it is going or is not there', () => {
    expect(nearest('gone')).toBeNull();
    expect(nearest('nobody')).toBeNull();
  });
});

describe('where clusters are spread', () => {
  const over = (topologyKey: string, whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway') => ({
    spread: [{ topologyKey, topologyKeyType: 'Label' as const, whenUnsatisfiable }],
    where: everywhere,
  });

  test('its turn', () => {
    const spread = over('env', 'ScheduleAnyway');
    // a of prod, then one of dev, then b
    expect(nearest('b', spread)).toEqual([{ change: 'turn', turn: 3, take: 2 }]);
    expect(nearest('a', spread)).toEqual([{ change: 'turn', turn: 1, take: 2 }]);
  });

  test('how far ahead it would be, or that it has no value', () => {
    const spread = { ...over('env', 'DoNotSchedule'), numberOfClusters: null };
    // tainted is not there to choose from: one of dev, two of prod
    const blocked = { change: 'skew', over: 'env', ahead: 2, skew: 1 };
    expect(nearest('c', spread)).toEqual([blocked]);
    const unknown = { ...over('region', 'DoNotSchedule'), numberOfClusters: null };
    expect(nearest('c', unknown)).toEqual([{ ...blocked, over: 'region', ahead: null }]);
  });

  test('to take as many as its turn, or to allow the skew, admits the cluster', () => {
    const region = fc.constantFrom('eu', 'us', 'ap', undefined);
    const fleetOf = fc.array(region, { minLength: 1, maxLength: 12 });
    const constraint = fc.record({
      topologyKey: fc.constant('region'),
      topologyKeyType: fc.constant('Label' as const),
      maxSkew: fc.integer({ min: 1, max: 3 }),
      whenUnsatisfiable: fc.constantFrom('DoNotSchedule' as const, 'ScheduleAnyway' as const),
    });
    let seen = 0;
    fc.assert(
      fc.property(fleetOf, constraint, fc.nat(12), fc.nat(11), (of, spread, take, at) => {
        const clusters = of.map((region, n) =>
          cluster(`c${n}`, region === undefined ? {} : { labels: { region } }),
        );
        const name = `c${at % of.length}`;
        const input = (changes: Partial<IrPlacement>) =>
          inputOf(clusters, { spread: [spread], numberOfClusters: take, ...changes });
        const [change] = explain({ ...input({}), cluster: name }).nearest ?? [];
        const chosen = (changes: Partial<IrPlacement>) =>
          schedule(input(changes)).selected.includes(name);
        if (change?.change === 'turn') {
          seen += 1;
          expect(chosen({})).toBe(change.turn <= take);
          expect(chosen({ numberOfClusters: change.turn })).toBe(true);
          expect(chosen({ numberOfClusters: change.turn - 1 })).toBe(false);
        }
        if (change?.change === 'skew' && change.ahead !== null) {
          seen += 1;
          const allowed = {
            numberOfClusters: null,
            spread: [{ ...spread, maxSkew: change.ahead }],
          };
          expect(chosen(allowed)).toBe(true);
          const less = { ...allowed, spread: [{ ...spread, maxSkew: change.ahead - 1 }] };
          expect(chosen(less)).toBe(false);
        }
      }),
    );
    expect(seen).toBeGreaterThan(20);
  });
});

test('to take as many as the rank admits the cluster; to tolerate what is named lets it pass', () => {
  let seen = 0;
  fc.assert(
    fc.property(hub, fc.nat(24), ({ objects: of, changes, more }, at) => {
      const name = of.clusters[at]?.metadata.name;
      if (name === undefined) return;
      const input = inputOf(of, changes, more);
      const { outcome, nearest: all } = explain({ ...input, cluster: name });
      if (outcome.status.code === 'Misconfigured' || outcome.error !== null) return;
      const [only, ...others] = all ?? [];
      if (only === undefined || others.length > 0 || outcome.selected.includes(name)) return;
      if (only.change === 'rank') {
        const { selected } = schedule(
          inputOf(of, { ...changes, numberOfClusters: only.rank }, more),
        );
        expect(selected).toContain(name);
        seen += 1;
      }
      if (only.change === 'toleration') {
        const tolerations = [
          ...(changes.tolerations ?? []),
          { key: only.taint.key, operator: 'Exists' },
        ];
        const { filterSteps } = runPipeline(inputOf(of, { ...changes, tolerations }, more));
        expect(filterSteps.at(-1)?.kept.map((each) => each.name)).toContain(name);
        seen += 1;
      }
    }),
    { numRuns: 1500 },
  );
  expect(seen).toBeGreaterThan(50);
});
