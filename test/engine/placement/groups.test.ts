import { describe, expect, test } from 'vitest';
import { decisionsOf } from '../../../src/engine/placement/decisions.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import { cluster, scoreOn } from '../inventory/builders.ts';
import { addOn, exactly, fleet, inputOf, label } from './builders.ts';

const upstream = { compat: 'upstream' } as const;
const regions = ['a', 'b', 'c', 'd', 'e'].map((name, at) =>
  cluster(name, { labels: { region: at % 2 === 0 ? 'eu' : 'us' } }),
);
const eu = { name: 'eu', where: label('region', 'eu') };

function groups(...input: Parameters<typeof inputOf>): readonly string[] | null {
  const outcome = schedule(inputOf(...input));
  return (
    outcome.groups?.map(({ index, name, clusters }) => `${index} ${name}: ${clusters}`) ?? null
  );
}

describe('groups', () => {
  test('one without a name, where nothing is asked for, also of nothing', () => {
    expect(groups(fleet(2))).toEqual(['0 : c1,c2']);
    expect(groups([])).toEqual(['0 : ']);
  });

  test('first match wins, the rest has no name, empty ones vanish', () => {
    const twice = { name: 'all-eu', where: label('region', 'eu') };
    const nowhere = { name: 'no', where: label('region', 'mars') };
    expect(groups(regions, { groups: [eu, twice, nowhere] })).toEqual(['0 eu: a,c,e', '1 : b,d']);
  });

  test('are cut to size, each', () => {
    const changes = { groups: [eu], clustersPerDecisionGroup: 2 };
    expect(groups(regions, changes)).toEqual(['0 eu: a,c', '1 eu: e', '2 : b,d']);
  });

  test('have their clusters by name, not by score', () => {
    const objects = { clusters: fleet(3), scores: [scoreOn('c3', { cpu: 100 })] };
    const changes = { ...exactly(addOn('cpu')), numberOfClusters: 2, clustersPerDecisionGroup: 1 };
    expect(groups(objects, changes)).toEqual(['0 : c1', '1 : c3']);
  });

  test('a group that no selector can mean is misconfigured', () => {
    const changes = { groups: [{ name: 'x', where: label('no key!', 'x') }] };
    const outcome = schedule(inputOf(fleet(2), changes));
    expect(outcome.groups).toBeNull();
    expect(outcome.selected).toHaveLength(2);
    expect(outcome.conditions[0]?.message).toMatch(/^:key: Invalid value: "no key!"/);
  });
});

describe('the size of groups', () => {
  const sizes = (
    clusters: number,
    clustersPerDecisionGroup: IrPlacement['clustersPerDecisionGroup'],
    more = {},
  ) =>
    schedule(inputOf(fleet(clusters), { clustersPerDecisionGroup }, more)).groups?.map(
      (group) => group.clusters.length,
    ) ?? null;

  test.each<[number, number | string | null, readonly number[]]>([
    [5, null, [5]],
    [5, 2, [2, 2, 1]],
    [5, 7, [5]],
    [5, 0, [5]],
    [5, '50%', [3, 2]],
    [5, '0%', [5]],
    [5, '100%', [5]],
    [3, '5%', [1, 1, 1]],
  ])('of %i clusters, %s each', (clusters, size, expected) => {
    expect(sizes(clusters, size)).toEqual(expected);
    expect(sizes(clusters, size, upstream)).toEqual(expected);
  });

  test('a percentage is exact; upstream makes 8 of 7% of 100', () => {
    expect(sizes(100, '7%')?.[0]).toBe(7);
    expect(sizes(100, '7%', upstream)?.[0]).toBe(8);
  });

  test('a number may be a text, as the schema says; upstream refuses it', () => {
    expect(sizes(5, '3')).toEqual([3, 2]);
    expect(sizes(5, '3', upstream)).toBeNull();
    expect(sizes(5, '-5')).toBeNull();
    expect(sizes(5, -5)).toBeNull();
    expect(sizes(5, -5, upstream)).toEqual([5]);
    expect(sizes(5, 'half')).toBeNull();
  });
});

describe('PlacementDecisions', () => {
  const metadata = { name: 'p', namespace: 'ns', uid: 'u' };
  const namesAndSizes = (sizes: readonly number[]) =>
    decisionsOf(
      { metadata },
      sizes.map((size, index) => ({
        name: '',
        index,
        clusters: fleet(size).map(({ metadata: { name } }) => name),
      })),
    ).map((one) => [
      one.metadata.name,
      one.metadata.labels?.['cluster.open-cluster-management.io/decision-group-index'],
      one.status?.decisions.length,
    ]);

  test('hold a hundred clusters each and are numbered across groups', () => {
    expect(namesAndSizes([101, 1])).toEqual([
      ['p-decision-1', '0', 100],
      ['p-decision-2', '0', 1],
      ['p-decision-3', '1', 1],
    ]);
    expect(namesAndSizes([0])).toEqual([['p-decision-1', '0', 0]]);
  });
});
