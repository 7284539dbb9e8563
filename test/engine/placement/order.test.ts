import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/base/instant.ts';
import { plus } from '../../../src/base/instant.ts';
import { decisionsOf, recordedScores } from '../../../src/engine/placement/decisions.ts';
import type { PipelineInput } from '../../../src/engine/placement/input.ts';
import { runPipeline } from '../../../src/engine/placement/pipeline.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import type { PlacementDecision } from '../../../src/kube/ocm/cluster.ts';
import { cluster, scoreOn } from '../inventory/builders.ts';
import { addOn, builtIn, exactly, inputOf, label, now } from './builders.ts';

const second = 1000;

interface Asked {
  readonly scores: Readonly<Record<string, number>>;
  readonly changes?: Partial<IrPlacement>;
  readonly decisions?: readonly PlacementDecision[];
  readonly at?: Instant | null;
  readonly now?: Instant;
  readonly compat?: PipelineInput['compat'];
}

function decide({ scores, changes, decisions = [], at = null, ...more }: Asked) {
  const objects = {
    clusters: Object.keys(scores).map((name) =>
      cluster(name, { labels: { canary: name === 'a' ? 'yes' : 'no' } }),
    ),
    scores: Object.entries(scores).map(([name, x]) => scoreOn(name, { x })),
  };
  const all = { ...exactly(addOn('x')), sortBy: 'Score', ...changes } as const;
  const input = inputOf(objects, all, {
    decided: decisions.flatMap((of) => (of.status?.decisions ?? []).map((one) => one.clusterName)),
    recorded: recordedScores(decisions, at),
    ...more,
  });
  const outcome = schedule(input);
  const written = decisionsOf({ metadata: { name: 'p' } }, outcome.groups ?? [], {
    recorded: outcome.scores,
  });
  const lines = written.map(({ status }) =>
    (status?.decisions ?? []).map((one) => `${one.clusterName}=${one.score ?? ''}`).join(' '),
  );
  return { outcome, written, lines };
}

describe('sortBy: Score', () => {
  test('decisions hold scores, the best first, equal ones by name', () => {
    const { lines } = decide({ scores: { a: 1, b: 50, c: -3, d: 50 } });
    expect(lines).toEqual(['b=50 d=50 a=1 c=-3']);
  });

  test('groups are cut in that order too', () => {
    const { lines } = decide({
      scores: { a: 1, b: 50, c: -3, d: 60 },
      changes: {
        groups: [{ name: 'canary', where: label('canary', 'yes') }],
        clustersPerDecisionGroup: 2,
      },
    });
    expect(lines).toEqual(['a=1', 'd=60 b=50', 'c=-3']);
  });

  test('by name there are no scores, and under compat: upstream there is no other order', () => {
    const scores = { a: 1, b: 50 };
    expect(decide({ scores, changes: { sortBy: 'ClusterName' } }).lines).toEqual(['a= b=']);
    expect(decide({ scores, compat: 'upstream' }).lines).toEqual(['a= b=']);
  });
});

describe('scoreRateLimit', () => {
  const first = decide({ scores: { a: 1, b: 2 } });
  const later = (seconds: number, scores: Asked['scores'], changes: Partial<IrPlacement> = {}) =>
    decide({
      scores,
      changes,
      decisions: first.written,
      at: now,
      now: plus(now, seconds * second),
    });

  test('scores alone are written again once it is over, and only then', () => {
    expect(first.outcome.scores?.at).toBe(now);
    const early = later(59, { a: 9, b: 2 });
    expect(early.lines).toEqual(['b=2 a=1']);
    expect(early.outcome.scores?.at).toBe(now);
    expect(early.outcome.recheckAt).toBe(plus(now, 60 * second));
    const late = later(60, { a: 9, b: 2 });
    expect(late.lines).toEqual(['a=9 b=2']);
    expect(late.outcome.scores?.at).toBe(plus(now, 60 * second));
  });

  test('it is a minute unless the placement says otherwise', () => {
    expect(later(10, { a: 9, b: 2 }, { rescore: '10s' }).lines).toEqual(['a=9 b=2']);
    expect(later(60, { a: 9, b: 2 }, { rescore: '2h' }).lines).toEqual(['b=2 a=1']);
  });

  test('clusters move at once, and all scores with them', () => {
    expect(later(1, { a: 9, b: 2, c: 5 }).lines).toEqual(['a=9 c=5 b=2']);
    expect(later(1, { a: 9 }).lines).toEqual(['a=9']);
  });

  test('at rest nothing is due', () => {
    const { outcome, lines } = later(1, { a: 1, b: 2 });
    expect({ lines, due: outcome.recheckAt }).toEqual({ lines: ['b=2 a=1'], due: null });
    expect(outcome.scores?.at).toBe(now);
  });

  test('a time ahead of the clock does not hold scores back for ever', () => {
    expect(later(-3600, { a: 9, b: 2 }).lines).toEqual(['a=9 b=2']);
  });

  test('what is no length of time is a mistake', () => {
    const { outcome } = decide({ scores: { a: 1 }, changes: { rescore: '99999999999h' } });
    expect(outcome.conditions[0]).toMatchObject({
      status: 'True',
      message: ':scoreRateLimit is no length of time: 99999999999h',
    });
  });
});

test('a score that does not count wakes nobody when it ends', () => {
  const objects = {
    clusters: [cluster('a')],
    scores: [scoreOn('a', { x: 1 }, '2030-01-01T01:00:00Z')],
  };
  const wakes = (weight: number) =>
    schedule(inputOf(objects, exactly(addOn('x', weight)))).recheckAt;
  expect(wakes(0)).toBeNull();
  expect(wakes(1)).not.toBeNull();
});

test('decisions are in order of the whole numbers they hold', () => {
  const clusters = Array.from({ length: 60 }, (_, at) => cluster(`c${at}`));
  const changes = { ...exactly(builtIn('Scatter')), sortBy: 'Score' } as const;
  const { selected, scores } = schedule(inputOf(clusters, changes));
  expect(selected).toEqual(runPipeline(inputOf(clusters, changes)).selected);
  const held = selected.map((name) => scores?.scores.get(name) ?? 0);
  expect(held).toEqual(held.toSorted((a, b) => b - a));
  expect(held.every(Number.isInteger)).toBe(true);
});
