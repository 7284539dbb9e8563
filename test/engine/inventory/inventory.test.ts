import { describe, expect, test } from 'vitest';
import {
  addonAvailable,
  claimOf,
  labelOfCluster,
  scoreOf,
} from '../../../src/engine/inventory/facts.ts';
import {
  clusterFacts,
  clusterNames,
  clustersOfSets,
  fromRows,
  clusterSet as setOf,
} from '../../../src/engine/inventory/inventory.ts';
import { membershipOf } from '../../../src/engine/inventory/membership.ts';
import { fromObjects } from '../../../src/engine/inventory/objects.ts';
import { namesOf } from '../../../src/engine/inventory/subset.ts';
import type { ManagedClusterSet } from '../../../src/kube/ocm/cluster.ts';
import { clusterSetLabel } from '../../../src/kube/ocm/cluster.ts';
import { addonOn, cluster, clusterSet, everything, scoreOn } from './builders.ts';

const inSet = (name: string, set: string) => cluster(name, { labels: { [clusterSetLabel]: set } });

describe('an inventory', () => {
  const inventory = fromObjects(
    {
      clusters: [inSet('b', 'prod'), inSet('a', 'prod'), cluster('Z', { labels: { env: 'dev' } })],
      sets: [clusterSet('prod'), clusterSet('dev', { matchLabels: { env: 'dev' } }), everything],
      scores: [scoreOn('a', { cpu: 30 }), scoreOn('nobody', { cpu: 1 })],
      addons: [addonOn('a', 'search', 'True'), addonOn('b', 'search', 'False')],
    },
    7,
  );

  test('has the clusters in order of name, with their sets', () => {
    expect(inventory.size).toBe(3);
    expect(inventory.revision).toBe(7);
    expect(clusterNames(inventory)).toEqual(['Z', 'a', 'b']);
    expect(clusterFacts(inventory, 'a')?.sets).toEqual(['all', 'prod']);
    expect(clusterFacts(inventory, 'Z')?.sets).toEqual(['all', 'dev']);
    expect(clusterFacts(inventory, '__proto__')).toBeUndefined();
  });

  test('gives each cluster the scores and add-ons of its namespace', () => {
    const [a, b] = [clusterFacts(inventory, 'a'), clusterFacts(inventory, 'b')];
    if (a === undefined || b === undefined) throw new Error('there are two clusters');
    expect(scoreOf(a, 'load', 'cpu')).toEqual({ value: 30, validUntil: null });
    expect(scoreOf(b, 'load', 'cpu')).toBeUndefined();
    expect(addonAvailable(a, 'search')).toBe(true);
    expect(addonAvailable(b, 'search')).toBe(false);
    expect(addonAvailable(b, 'other')).toBeUndefined();
  });

  test('knows the clusters of any of some sets', () => {
    const of = (...sets: string[]) => namesOf(inventory, clustersOfSets(inventory, sets));
    expect(of('prod')).toEqual(['a', 'b']);
    expect(of('prod', 'dev')).toEqual(['Z', 'a', 'b']);
    expect(of('none')).toEqual([]);
    expect(of()).toEqual([]);
  });

  test('leaves out clusters that are being deleted', () => {
    const clusters = [cluster('a'), cluster('b', { deleting: true })];
    const with2 = fromObjects({ clusters, sets: [everything] });
    expect(namesOf(with2, clustersOfSets(with2, ['all']))).toEqual(['a']);
    expect(with2.size).toBe(2);
  });

  test('of rows whose sets are known already; the last of a name counts', () => {
    const row = (name: string, sets: string[]) => ({ name, cluster: cluster(name), sets });
    const sets = new Map([['s', membershipOf(everything)]]);
    const inventory = fromRows([row('a', []), row('b', ['s']), row('a', ['s'])], sets, 1);
    expect(namesOf(inventory, clustersOfSets(inventory, ['s']))).toEqual(['a', 'b']);
    expect(setOf(inventory, 's')).toEqual({ by: 'selector', requirements: [] });
    expect(setOf(inventory, 't')).toBeUndefined();
  });
});

describe('membership of a set', () => {
  const set = (clusterSelector: unknown): ManagedClusterSet =>
    ({ ...everything, metadata: { name: 's' }, spec: { clusterSelector } }) as ManagedClusterSet;

  test.each<[string, ManagedClusterSet, unknown]>([
    [
      'by the exclusive label when nothing is said',
      set({}),
      { by: 'selector', requirements: [{ key: clusterSetLabel, operator: 'In', values: ['s'] }] },
    ],
    ['without a selector: nothing', set({ selectorType: 'LabelSelector' }), { by: 'nothing' }],
    [
      'of an unknown type: a problem',
      set({ selectorType: 'Magic' }),
      { by: 'problem', message: 'selectorType is not right: Magic' },
    ],
    [
      'by a selector that is not valid: a problem',
      set({
        selectorType: 'LabelSelector',
        labelSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] },
      }),
      { by: 'problem', message: '"Is" is not a valid label selector operator' },
    ],
  ])('%s', (_, of, membership) => {
    expect(membershipOf(of)).toEqual(membership);
  });
});

test('odd objects say nothing and break nothing', () => {
  const odd = {
    ...cluster('odd'),
    metadata: { name: 'odd', labels: null },
    status: { clusterClaims: 'x', conditions: { a: 1 } },
  } as never;
  const facts = { name: 'odd', cluster: odd, sets: [] };
  expect(labelOfCluster(facts, 'constructor')).toBeUndefined();
  expect(claimOf(facts, 'x')).toBeUndefined();
  const inventory = fromObjects({ clusters: [odd], sets: [everything, clusterSet('s')] });
  expect(clusterFacts(inventory, 'odd')?.sets).toEqual(['all']);
});
