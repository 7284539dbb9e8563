import { expect, test } from 'vitest';
import { explain } from '../../../src/engine/placement/explain.ts';
import { cluster } from '../inventory/builders.ts';
import { attribute, compare, text } from '../predicate/builders.ts';
import { builtIn, exactly, inputOf } from './builders.ts';

const input = inputOf(
  [
    cluster('a', { labels: { tier: 'gold' } }),
    cluster('b', { labels: { tier: 'gold' }, taints: [{ key: 'x', effect: 'NoSelect' }] }),
    cluster('c', { labels: { tier: 'bronze' } }),
  ],
  {
    where: compare(attribute('tier', 'string'), '==', text('gold')),
    ...exactly(builtIn('Steady', 2)),
  },
  { decided: ['a'] },
);

test('every step says what it kept and why it dropped the others', () => {
  const explanation = explain(input);
  expect(explanation.sets).toEqual(['all']);
  expect(explanation.outcome.selected).toEqual(['a']);
  expect(explanation.steps).toEqual([
    {
      step: 'filter',
      by: 'Predicate',
      kept: ['a', 'b'],
      dropped: [{ cluster: 'c', why: 'cluster.tier == gold' }],
    },
    {
      step: 'filter',
      by: 'TaintToleration',
      kept: ['a'],
      dropped: [{ cluster: 'b', why: 'taint x:NoSelect is not tolerated' }],
    },
    { step: 'score', by: 'Steady', weight: 2, scores: new Map([['a', 100]]) },
    { step: 'score', by: 'PreferNoSelect', weight: 1, scores: new Map() },
  ]);
  expect(explanation.scores).toEqual(new Map([['a', 200]]));
});

test('of one cluster, only what concerns it', () => {
  const { steps, scores } = explain({ ...input, cluster: 'b' });
  expect(steps[0]).toEqual({ step: 'filter', by: 'Predicate', kept: ['b'], dropped: [] });
  expect(steps[1]).toMatchObject({ kept: [], dropped: [{ cluster: 'b' }] });
  expect(scores).toEqual(new Map());
});
