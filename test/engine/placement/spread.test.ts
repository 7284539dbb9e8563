import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factText } from '../../../src/engine/inventory/fact.ts';
import type { ClusterFacts } from '../../../src/engine/inventory/facts.ts';
import { explain } from '../../../src/engine/placement/explain.ts';
import { reasonsOf } from '../../../src/engine/placement/reasons.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import { spreadOver } from '../../../src/engine/placement/spread.ts';
import type { IrPlacement, IrSpread } from '../../../src/ir/program.ts';
import { cluster } from '../inventory/builders.ts';
import { exactly, inputOf } from './builders.ts';

const over = (topologyKey: string, more: Partial<IrSpread> = {}): IrSpread => ({
  topologyKey,
  topologyKeyType: 'Label',
  maxSkew: 1,
  whenUnsatisfiable: 'DoNotSchedule',
  ...more,
});
const anyway = { whenUnsatisfiable: 'ScheduleAnyway' } as const;

/** Clusters `a1`, `a2` … in region a and so on; in order of name, which is their rank. */
function regions(sizes: Readonly<Record<string, number>>) {
  return Object.entries(sizes).flatMap(([region, size]) =>
    Array.from({ length: size }, (_, at) =>
      cluster(`${region}${at + 1}`, region === '-' ? {} : { labels: { region } }),
    ),
  );
}

function decide(sizes: Readonly<Record<string, number>>, changes: Partial<IrPlacement>) {
  return schedule(inputOf(regions(sizes), { ...exactly(), ...changes }));
}

describe('clusters are spread', () => {
  test('evenly, the best of each value first', () => {
    const spread = [over('region')];
    const { selected } = decide({ a: 9, b: 9, c: 9 }, { spread, numberOfClusters: 7 });
    expect(selected).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2']);
  });

  test('as far as the skew forces to', () => {
    const spread = [over('region', { maxSkew: 4 })];
    const { selected } = decide({ a: 9, b: 9 }, { spread, numberOfClusters: 6 });
    expect(selected).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1']);
  });

  test('a small value holds the others back where that is wanted', () => {
    const spread = [over('region')];
    const input = inputOf(regions({ a: 1, b: 9 }), { ...exactly(), spread, numberOfClusters: 5 });
    const outcome = schedule(input);
    expect(outcome.selected).toEqual(['a1', 'b1', 'b2']);
    expect(outcome.unscheduled).toBe(2);
    expect(outcome.conditions[1]?.reason).toBe('NotAllDecisionsScheduled');
    expect(reasonsOf(input).at(-1)).toEqual({
      by: 'take',
      kept: 3,
      dropped: 7,
      why: [
        {
          text: 'its region would be more than 1 ahead, or it has none',
          clusters: 7,
          example: 'b3',
        },
      ],
    });
  });

  test('and holds nothing back where it is only wished for', () => {
    const spread = [over('region', anyway)];
    const { selected } = decide({ a: 1, b: 9 }, { spread, numberOfClusters: 5 });
    expect(selected).toEqual(['a1', 'b1', 'b2', 'b3', 'b4']);
  });

  test('what has no value comes last, or never', () => {
    const sizes = { '-': 2, a: 1, b: 1 };
    const wished = decide(sizes, { spread: [over('region', anyway)], numberOfClusters: 3 });
    expect(wished.selected).toEqual(['-1', 'a1', 'b1']);
    const demanded = decide(sizes, { spread: [over('region')], numberOfClusters: 3 });
    expect(demanded.selected).toEqual(['a1', 'b1']);
  });

  test('the first constraint matters most', () => {
    const clusters = ['a x', 'a y', 'b x', 'b x'].map((text, at) => {
      const [region = '', zone = ''] = text.split(' ');
      return cluster(`c${at + 1}`, { labels: { region, zone } });
    });
    const pick = (spread: readonly IrSpread[]) =>
      schedule(inputOf(clusters, { ...exactly(), spread, numberOfClusters: 2 })).selected;
    expect(pick([over('region', anyway), over('zone', anyway)])).toEqual(['c1', 'c3']);
    expect(pick([over('zone', anyway), over('region', anyway)])).toEqual(['c1', 'c2']);
  });

  test('without a number as many as the skews allow', () => {
    expect(decide({ a: 2, b: 5 }, { spread: [over('region')] }).selected).toHaveLength(5);
    expect(decide({ a: 2, b: 5 }, { spread: [over('region', anyway)] }).selected).toHaveLength(7);
  });

  test('under compat: upstream not at all', () => {
    const changes = { ...exactly(), spread: [over('region')], numberOfClusters: 2 };
    const input = inputOf(regions({ a: 2, b: 2 }), changes, { compat: 'upstream' });
    expect(schedule(input).selected).toEqual(['a1', 'a2']);
  });
});

test('values that are as many as clusters are no topology: it is said, and nothing hangs', () => {
  const clusters = Array.from({ length: 2000 }, (_, at) =>
    cluster(`c${at}`, { labels: { id: `${at}` } }),
  );
  const { selected, conditions } = schedule(
    inputOf(clusters, { spread: [over('id')], numberOfClusters: 1500 }),
  );
  expect(selected).toEqual([]);
  expect(conditions[0]).toMatchObject({
    status: 'True',
    message: 'Spread:clusters have 2000 combinations of id; at most 1024 can be spread over',
  });
});

test('a skew below one is no skew', () => {
  const { conditions } = decide({ a: 2 }, { spread: [over('region', { maxSkew: 0 })] });
  expect(conditions[0]?.message).toBe(':maxSkew is less than 1: 0');
});

test('explain says who ranks where', () => {
  const changes = { ...exactly(), spread: [over('region')], numberOfClusters: 2 };
  const input = { ...inputOf(regions({ a: 2, b: 2 }), changes), cluster: 'a2' };
  expect(explain(input).outcome.selected).toEqual(['a1', 'b1']);
});

/** The rule as it is written, cluster by cluster. */
function simply(
  ranked: readonly ClusterFacts[],
  of: Pick<IrPlacement, 'spread' | 'numberOfClusters'>,
) {
  const { spread = [], numberOfClusters } = of;
  const value = (one: ClusterFacts, { topologyKey }: IrSpread) =>
    factText({ from: 'label', key: topologyKey }, one);
  const chosen: ClusterFacts[] = [];
  while (chosen.length < (numberOfClusters ?? ranked.length)) {
    const excess = (one: ClusterFacts) =>
      spread.map((constraint) => {
        const own = value(one, constraint);
        if (own === undefined) return Number.POSITIVE_INFINITY;
        const all = new Set(ranked.flatMap((each) => value(each, constraint) ?? []));
        const count = (text: string) =>
          chosen.filter((each) => value(each, constraint) === text).length;
        const least = Math.min(...[...all].map(count));
        return Math.max(0, count(own) + 1 - least - (constraint.maxSkew ?? 1));
      });
    const open = ranked
      .filter((one) => !chosen.includes(one))
      .map((one) => ({ one, by: excess(one) }))
      .filter(({ by }) =>
        spread.every((of, at) => of.whenUnsatisfiable !== 'DoNotSchedule' || by[at] === 0),
      );
    const [best] = open.sort(
      (a, b) =>
        a.by.map((x, at) => Math.sign(x - (b.by[at] ?? 0)) || 0).find((sign) => sign !== 0) ??
        ranked.indexOf(a.one) - ranked.indexOf(b.one),
    );
    if (best === undefined) break;
    chosen.push(best.one);
  }
  return ranked.filter((one) => chosen.includes(one)).map(({ name }) => name);
}

test('what is chosen is what the rule says, whatever the clusters', () => {
  const facts = fc
    .array(
      fc.dictionary(fc.constantFrom('r', 'z'), fc.constantFrom('1', '2', '3'), {
        noNullPrototype: true,
      }),
      {
        maxLength: 14,
      },
    )
    .map((all) =>
      all.map(
        (labels, at): ClusterFacts => ({
          name: `c${at}`,
          sets: [],
          cluster: cluster(`c${at}`, { labels }),
        }),
      ),
    );
  const constraint = fc.record({
    topologyKey: fc.constantFrom('r', 'z'),
    topologyKeyType: fc.constant('Label' as const),
    maxSkew: fc.integer({ min: 1, max: 3 }),
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
  });
  const of = fc.record({
    spread: fc.array(constraint, { minLength: 1, maxLength: 3 }),
    numberOfClusters: fc.option(fc.integer({ min: 0, max: 15 })),
  });
  fc.assert(
    fc.property(facts, of, (ranked, placement) => {
      const { chosen } = spreadOver(ranked, placement);
      expect(chosen.map(({ name }) => name)).toEqual(simply(ranked, placement));
    }),
    { numRuns: 400 },
  );
});
