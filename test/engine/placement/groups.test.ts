import { describe, expect, test } from 'vitest';
import { decisionsOf, type LiveDecision } from '../../../src/engine/placement/decisions.ts';
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

test('more groups than a status can list are misconfigured; upstream makes them', () => {
  const all = fleet(20_000);
  const alone = { clustersPerDecisionGroup: 1 };
  const { groups: none, selected, conditions } = schedule(inputOf(all, alone));
  expect(none).toBeNull();
  expect(selected).toHaveLength(20_000);
  expect(conditions[0]).toMatchObject({
    status: 'True',
    reason: 'Misconfigured',
    message: ':20000 groups are more than the status of a placement can list',
  });
  expect(schedule(inputOf(all, alone, upstream)).groups).toHaveLength(20_000);
  expect(schedule(inputOf(all.slice(0, 8000), alone)).groups).toHaveLength(8000);
});

describe('who is in a group stays in it', () => {
  const asBefore = { decidedGroups: [['c1', 'c2'], ['c3', 'c4'], ['c5']] };
  const pairs = { clustersPerDecisionGroup: 2 };

  test('when others leave; upstream moves all that come after', () => {
    const left = fleet(5).filter(({ metadata }) => metadata.name !== 'c1');
    expect(groups([...left, cluster('c6')], pairs, asBefore)).toEqual([
      '0 : c2,c6',
      '1 : c3,c4',
      '2 : c5',
    ]);
    expect(groups([...left, cluster('c6')], pairs, { ...asBefore, ...upstream })).toEqual([
      '0 : c2,c3',
      '1 : c4,c5',
      '2 : c6',
    ]);
  });

  test('unless there are fewer groups: the smallest is spread over the others', () => {
    const left = fleet(5).filter(({ metadata }) => metadata.name !== 'c1');
    expect(groups(left, pairs, asBefore)).toEqual(['0 : c2,c5', '1 : c3,c4']);
  });

  test('unless groups become smaller: who has no room comes later', () => {
    const one = { clustersPerDecisionGroup: 1 };
    expect(groups(fleet(4), one, asBefore)).toEqual(['0 : c1', '1 : c3', '2 : c2', '3 : c4']);
  });

  test('unless another group claims it', () => {
    const c4 = { name: 'first', where: label('first', 'yes') };
    const marked = [...fleet(3), cluster('c4', { labels: { first: 'yes' } }), cluster('c5')];
    expect(groups(marked, { groups: [c4], ...pairs }, asBefore)).toEqual([
      '0 first: c4',
      '1 : c1,c2',
      '2 : c3,c5',
    ]);
  });

  test('unless they are in order of score', () => {
    const clusters = fleet(3);
    const scores = [scoreOn('c3', { cpu: 100 })];
    const changes = { ...exactly(addOn('cpu')), sortBy: 'Score' as const, ...pairs };
    const before = { decidedGroups: [['c1', 'c2'], ['c3']] };
    expect(groups({ clusters, scores }, changes, before)).toEqual(['0 : c3,c1', '1 : c2']);
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

  const names = (count: number) => fleet(count).map(({ metadata: { name } }) => name);
  const group = (clusters: readonly string[], index = 0, name = '') => ({ name, index, clusters });
  const decided = (groups: Parameters<typeof decisionsOf>[1], live: readonly LiveDecision[] = []) =>
    decisionsOf({ metadata }, groups, { live }).map(({ metadata: { name, labels }, status }) => ({
      name,
      index: labels?.['cluster.open-cluster-management.io/decision-group-index'],
      clusters: (status?.decisions ?? []).map(({ clusterName }) => clusterName),
    }));

  test('keep the clusters they have when others leave', () => {
    const live = decided([group(names(250))]);
    const after = decided([group(names(250).slice(1))], live);
    expect(after).toEqual([{ ...live[0], clusters: live[0]?.clusters.slice(1) }, live[1], live[2]]);
  });

  test('keep their numbers when one of them is needed no more: its number is the last one’s then', () => {
    const live = decided([group(names(400))]);
    const left = live.flatMap(({ clusters }, at) => (at === 1 ? [] : clusters));
    expect(decided([group(left)], live)).toEqual([
      live[0],
      { ...live[1], clusters: live[3]?.clusters },
      live[2],
    ]);
  });

  test('keep their numbers when a group before them grows or goes', () => {
    const all = names(400);
    const live = decided([group(all.slice(0, 200)), group(all.slice(200), 1)]);
    const grown = decided([group([...all.slice(0, 200), 'z']), group(all.slice(200), 1)], live);
    expect(grown).toEqual([
      live[0],
      live[1],
      { name: 'p-decision-5', index: '0', clusters: ['z'] },
      live[2],
      live[3],
    ]);
    expect(decided([group(all.slice(200))], live)).toEqual([
      { ...live[2], name: 'p-decision-1', index: '0' },
      { ...live[3], name: 'p-decision-2', index: '0' },
    ]);
  });

  test('leave the number to the group that keeps most of a decision', () => {
    const all = names(200);
    const live = decided([group(all.slice(0, 100), 0, 'a'), group(all.slice(100), 1)]);
    const moved = [...all.slice(0, 100), ...all.slice(100, 101)];
    const after = decided([group(moved, 0, 'a'), group(all.slice(101), 1)], live);
    expect(after.map(({ name, clusters }) => [name, clusters.length])).toEqual([
      ['p-decision-1', 100],
      ['p-decision-3', 1],
      ['p-decision-2', 99],
    ]);
  });

  test('of many groups are cut with one look at what they held', () => {
    const all = names(5000);
    const groups = Array.from({ length: 25 }, (_, index) =>
      group(all.slice(200 * index, 200 * index + 200), index),
    );
    const live = decided(groups);
    let looks = 0;
    const watched = live.map((one) => ({
      ...one,
      clusters: new Proxy([...one.clusters], {
        get: (list, key, self) => {
          if (key === Symbol.iterator) looks += 1;
          return Reflect.get(list, key, self);
        },
      }),
    }));
    expect(decided(groups, watched)).toEqual(live);
    // Each of 50 decisions once; once for each group it would be 1,250.
    expect(looks).toBe(live.length);
  });
});
