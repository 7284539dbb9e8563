import { describe, expect, test } from 'vitest';
import { plus } from '../../../src/base/instant.ts';
import type { Json } from '../../../src/base/json.ts';
import { plan } from '../../../src/engine/rollout/plan.ts';
import type { ClusterProgress, DecisionGroup } from '../../../src/engine/rollout/progress.ts';
import { existing, groups, now, rolloutOf, told } from './builders.ts';

const progressive = (config: Json) => ({ type: 'Progressive', progressive: config });
const perGroup = (config: Json) => ({ type: 'ProgressivePerGroup', progressivePerGroup: config });
const canaryFirst = { mandatoryDecisionGroups: [{ groupName: 'canary' }] };
const canaryAndRest = groups('canary:c1', ':c2,c3,c4,c5');

type Row = readonly [
  name: string,
  strategy: Json,
  decided: readonly DecisionGroup[],
  known: readonly ClusterProgress[],
  upstream: string,
  native: string,
];

// The worked cases of semantics/rollout.md §6.1 with upstream's answers, then the deviations without a letter.
const rows: readonly Row[] = [
  [
    '1: the first two of six',
    progressive({ progressDeadline: '90s', maxConcurrency: 2 }),
    groups('group1:cluster1,cluster2,cluster3', ':cluster4,cluster5,cluster6'),
    [],
    'roll out cluster1 ToApply, cluster2 ToApply',
    'roll out cluster1 ToApply, cluster2 ToApply',
  ],
  [
    '2: all, some past their deadline',
    { type: 'All', all: { progressDeadline: '90s' } },
    groups('group1:cluster1,cluster2', ':cluster3,cluster4,cluster5,cluster6'),
    existing(
      'cluster1 Succeeded 60',
      'cluster2 Failed 120',
      'cluster3 Progressing 120',
      'cluster4 Failed 60',
      'cluster5 Progressing 60',
    ),
    'roll out cluster4 Failed, cluster5 Progressing, cluster6 ToApply; timed out cluster2 TimeOut, cluster3 TimeOut; recheck after 30 s',
    'roll out cluster4 Failed, cluster5 Progressing, cluster6 ToApply; timed out cluster2 TimeOut, cluster3 TimeOut; recheck after 30 s',
  ],
  [
    '3: a mandatory group tolerates no failure',
    perGroup({
      progressDeadline: '90s',
      maxFailures: 2,
      mandatoryDecisionGroups: [{ groupName: 'group1' }],
    }),
    groups('group1:cluster1,cluster2,cluster3', ':cluster4,cluster5,cluster6'),
    existing('cluster1 Succeeded 60', 'cluster2 Failed 120', 'cluster3 Succeeded 60'),
    'roll out –; timed out cluster2 TimeOut; halted',
    'roll out –; timed out cluster2 TimeOut; halted',
  ],
  [
    '4: a soaking cluster keeps its slot, a cluster of no group is removed',
    progressive({ minSuccessTime: '60s', maxConcurrency: '50%', maxFailures: '100%' }),
    groups('g:c1,c2,c3,c4'),
    existing('c1 Succeeded 30', 'gone Succeeded 600'),
    'roll out c1 Succeeded, c2 ToApply; removed gone Succeeded; recheck after 30 s',
    'roll out c1 Succeeded, c2 ToApply; removed gone Succeeded; recheck after 30 s',
  ],
  [
    '5: more failures allowed than there are clusters',
    progressive({ maxConcurrency: 1, maxFailures: 10 }),
    groups('g:c1,c2,c3'),
    existing('c1 TimeOut'),
    'roll out –; halted',
    'roll out c2 ToApply',
  ],
  [
    '6: a gap in the group indexes',
    { type: 'All' },
    groups('0=a:c1', '2=b:c2'),
    [],
    'roll out c1 ToApply',
    'roll out c1 ToApply, c2 ToApply',
  ],
  [
    '7: a deadline of 0',
    progressive({ progressDeadline: '0', maxConcurrency: 1 }),
    groups('a:c1'),
    [],
    'error invalid timeout format',
    'error `progressDeadline` must be above zero, not `0`',
  ],
  [
    '7: a deadline of 0s',
    progressive({ progressDeadline: '0s', maxConcurrency: 1 }),
    groups('a:c1,c2'),
    existing('c1 Progressing 1'),
    'roll out –; timed out c1 TimeOut; halted',
    'error `progressDeadline` must be above zero, not `0s`',
  ],
  [
    '7: a deadline upstream lets pass its pattern',
    progressive({ progressDeadline: '5|' }),
    groups('a:c1'),
    [],
    'error time: unknown unit "|" in duration "5|"',
    'error `progressDeadline` is no duration: time: unknown unit "|" in duration "5|"',
  ],
  [
    '8: the next group waits for a timed-out one to have nothing left to do',
    perGroup({ maxFailures: '100%', progressDeadline: '10s' }),
    groups('a:c1,c2', 'b:c3'),
    existing('c1 TimeOut'),
    'roll out c2 ToApply, c3 ToApply',
    'roll out c2 ToApply',
  ],
  [
    '9: no type',
    {},
    groups('a:c1'),
    [],
    'error incorrect rollout strategy type ',
    'roll out c1 ToApply',
  ],
  [
    'A: other clusters under way while there are mandatory groups',
    progressive({ maxConcurrency: 2, ...canaryFirst }),
    canaryAndRest,
    existing('c1 Succeeded', 'c2 Succeeded', 'c3 Progressing'),
    'roll out c3 Progressing',
    'roll out c3 Progressing, c4 ToApply',
  ],
  [
    'B: another cluster timed out while there are mandatory groups',
    progressive({
      maxConcurrency: 2,
      maxFailures: '100%',
      progressDeadline: '10s',
      ...canaryFirst,
    }),
    canaryAndRest,
    existing('c1 Succeeded', 'c2 Progressing 86400'),
    'roll out –; timed out c2 TimeOut',
    'roll out c3 ToApply, c4 ToApply; timed out c2 TimeOut',
  ],
  [
    'C: a failure without a deadline',
    progressive({ maxConcurrency: 1, maxFailures: 2 }),
    groups(':c2,c3,c4,c5'),
    existing('c2 Failed'),
    'roll out c2 Failed',
    'roll out c3 ToApply',
  ],
  [
    'D: a gap loses clusters that have the workload',
    { type: 'All' },
    groups('0=a:c1', '2=b:c2'),
    existing('c2 Succeeded'),
    'roll out c1 ToApply; removed c2 Succeeded',
    'roll out c1 ToApply',
  ],
  [
    'E: a mandatory cluster reported as timed out',
    progressive({ maxFailures: 3, mandatoryDecisionGroups: [{ groupIndex: 0 }] }),
    groups('a:c1', 'b:c2,c3,c4'),
    existing('c1 TimeOut'),
    'roll out c2 ToApply, c3 ToApply, c4 ToApply',
    'roll out –; halted',
  ],
  [
    'F: a known cluster that is still to be applied',
    progressive({ maxConcurrency: 1 }),
    groups(':c1,c2,c3'),
    existing('c3 ToApply'),
    'roll out c3 ToApply',
    'roll out c1 ToApply',
  ],
  [
    'scope: maxFailures in ProgressivePerGroup',
    perGroup({ maxFailures: 1 }),
    groups('a:c1,c2', 'b:c3,c4'),
    existing('c1 Failed', 'c2 Succeeded', 'c3 TimeOut'),
    'roll out c1 Failed, c4 ToApply',
    'roll out –; halted',
  ],
  [
    'order: the decision, not the name',
    progressive({ maxConcurrency: 2 }),
    groups('a:c9,c1', 'b:c0'),
    existing('c9 Progressing'),
    'roll out c9 Progressing, c0 ToApply',
    'roll out c9 Progressing, c1 ToApply',
  ],
  [
    'width: maxConcurrency 0',
    progressive({ maxConcurrency: 0 }),
    groups('a:c1,c2'),
    [],
    'roll out c1 ToApply, c2 ToApply',
    'error `maxConcurrency` must be at least 1',
  ],
  [
    'width: maxConcurrency 0%',
    progressive({ maxConcurrency: '0%' }),
    groups('a:c1,c2'),
    [],
    'roll out c1 ToApply, c2 ToApply',
    'error `maxConcurrency` must be at least 1',
  ],
  [
    'width: more under way by name than a narrowed width allows',
    progressive({ maxConcurrency: 1 }),
    groups('a:c1,c2,c3'),
    existing('c1 ToApply', 'c2 Progressing', 'c3 Progressing'),
    'roll out c1 ToApply',
    'roll out c2 Progressing, c3 Progressing',
  ],
  [
    'rounding: 7% of 100 is 7',
    progressive({ maxFailures: '7%' }),
    [{ name: '', index: 0, clusters: Array.from({ length: 100 }, (_, i) => `c${100 + i}`) }],
    existing(...Array.from({ length: 100 }, (_, i) => `c${100 + i} ${i < 8 ? 'TimeOut' : 'Skip'}`)),
    'roll out –',
    'roll out –; halted',
  ],
  [
    'sizes: a negative count',
    progressive({ maxFailures: -1 }),
    groups('a:c1'),
    [],
    'roll out c1 ToApply',
    'error `maxFailures` must be a count or a percentage such as `25%`, not `-1`',
  ],
];

describe('plan with compat: upstream', () => {
  test.each(rows)('%s', (_name, strategy, decided, known, upstream) => {
    expect(told(plan({ ...rolloutOf(strategy, decided, known), compat: 'upstream' }))).toBe(
      upstream,
    );
  });
});

describe('plan', () => {
  test.each(rows)('%s', (_name, strategy, decided, known, _upstream, native) => {
    expect(told(plan(rolloutOf(strategy, decided, known)))).toBe(native);
  });

  test('judges a cluster only on what was observed of the revision that is rolled out', () => {
    const [base] = existing('c1 Succeeded 600');
    if (base === undefined) throw new Error('no cluster');
    const at = (facts: Partial<ClusterProgress>) =>
      told(
        plan({
          ...rolloutOf(
            progressive({ maxConcurrency: 1, progressDeadline: '90s' }),
            groups('a:c1,c2'),
            [{ ...base, ...facts }],
          ),
          revision: 'r2',
        }),
      );
    expect(at({ applied: 'r1', observed: 'r1' })).toBe('roll out c1 ToApply');
    expect(at({ applied: 'r2', observed: 'r1', appliedAt: plus(now, -60_000) })).toBe(
      'roll out c1 Progressing; recheck after 30 s',
    );
    expect(at({ applied: 'r2', observed: 'r1', appliedAt: plus(now, -90_000) })).toBe(
      'roll out –; timed out c1 TimeOut; halted',
    );
    expect(at({ applied: 'r2', observed: 'r2' })).toBe('roll out c2 ToApply');
  });

  test('says where the rollout stands', () => {
    const outcome = plan(
      rolloutOf(
        progressive({ maxConcurrency: 3, minSuccessTime: '1m', maxFailures: 1 }),
        groups('a:c1,c2,c3,c4,c5,c6'),
        existing('c1 Succeeded 600', 'c2 Succeeded 30', 'c3 Progressing', 'c4 Failed'),
      ),
    );
    expect(outcome.ok && outcome.state).toEqual({
      why: 'starting',
      clusters: 6,
      succeeded: 1,
      soaking: 1,
      underWay: 1,
      failed: 1,
      untouched: 2,
    });
  });

  test('is done when nothing is left', () => {
    const outcome = plan(
      rolloutOf({ type: 'All' }, groups('a:c1,c2'), existing('c1 Succeeded', 'c2 Failed')),
    );
    expect(outcome.ok && outcome.state.why).toBe('done');
  });

  test('counts a cluster of several groups once, in the first', () => {
    const outcome = plan(rolloutOf({ type: 'All' }, groups('a:c1,c2', 'b:c2,c3')));
    expect(
      outcome.ok && outcome.rollout.map(({ cluster, group }) => `${cluster} ${group.name}`),
    ).toEqual(['c1 a', 'c2 a', 'c3 b']);
  });
});
