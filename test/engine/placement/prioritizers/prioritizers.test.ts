import { describe, expect, test } from 'vitest';
import { explain } from '../../../../src/engine/placement/explain.ts';
import { runPipeline } from '../../../../src/engine/placement/pipeline.ts';
import { schedule } from '../../../../src/engine/placement/schedule.ts';
import type { IrExpr } from '../../../../src/ir/expr.ts';
import { cluster, scoreOn } from '../../inventory/builders.ts';
import { addOn, builtIn, exactly, fleet, inputOf } from '../builders.ts';

function scores(...input: Parameters<typeof inputOf>): Record<string, number> {
  return Object.fromEntries(runPipeline(inputOf(...input)).scores);
}

describe('what each prioritizer gives', () => {
  test('Balance: 100 for none, -100 for the most, in steps of two', () => {
    const othersDecided = new Map([
      ['c2', 1],
      ['c3', 2],
      ['c4', 3],
    ]);
    expect(scores(fleet(4), exactly(builtIn('Balance')), { othersDecided })).toEqual({
      c1: 100,
      c2: 32,
      c3: -32,
      c4: -100,
    });
  });

  test('Balance counts also where the most are on a cluster that nobody knows', () => {
    const othersDecided = new Map([
      ['c1', 1],
      ['gone', 4],
    ]);
    const given = scores(fleet(1), exactly(builtIn('Balance')), { othersDecided });
    expect(given).toEqual({ c1: 50 });
  });

  test('Steady: 100 for what is decided', () => {
    const more = { decided: ['c2', 'gone'] };
    expect(scores(fleet(2), exactly(builtIn('Steady', 2)), more)).toEqual({ c1: 0, c2: 200 });
  });

  test('Resource: from the least to the most that can be allocated; nothing for who does not say', () => {
    const sized = (name: string, cpu: string) =>
      cluster(name, { allocatable: { cpu }, capacity: { cpu: '64' } });
    const clusters = [
      sized('a', '1'),
      sized('b', '3500m'),
      sized('c', '11'),
      cluster('d', { allocatable: { cpu: '99' } }),
      sized('e', 'many'),
    ];
    expect(scores(clusters, exactly(builtIn('ResourceAllocatableCPU')))).toEqual({
      a: -100,
      b: -50,
      c: 100,
      d: 0,
      e: 0,
    });
    const alone = scores([sized('a', '1')], exactly(builtIn('ResourceAllocatableCPU')));
    expect(alone).toEqual({ a: 100 });
    expect(scores(clusters, exactly(builtIn('ResourceAllocatableMemory')))).toEqual({
      ...{ a: 0, b: 0, c: 0, d: 0, e: 0 },
    });
  });

  test('add-ons: what they say, times the weight', () => {
    const objects = {
      clusters: fleet(3),
      scores: [scoreOn('c1', { x: -7, y: 1 }), scoreOn('c2', {})],
    };
    const by = exactly(addOn('x', 3), addOn('y', 1));
    expect(scores(objects, by)).toEqual({ c1: -20, c2: 0, c3: 0 });
  });

  test('a taint PreferNoSelect: 100 less, each', () => {
    const taint = (key: string) => ({ key, effect: 'PreferNoSelect' }) as const;
    const clusters = [cluster('a', { taints: [taint('x'), taint('y')] }), cluster('b')];
    const changes = { ...exactly(), tolerations: [{ key: 'x', operator: 'Exists' }] };
    expect(scores(clusters, changes)).toEqual({ a: -100, b: 0 });
    expect(scores(clusters, changes, { compat: 'upstream' })).toEqual({ a: 0, b: 0 });
  });
});

describe('what an author computes', () => {
  const attribute = (name: string, type: 'int' | 'float' | 'string'): IrExpr => ({
    op: 'attribute',
    name,
    source: { from: 'label', key: name },
    type,
  });
  const computed = (expr: IrExpr, weight = 1) => exactly({ by: { type: 'Expr', expr }, weight });
  const nodes = ['3', '40', undefined, 'many', '-7', '9000000000000'].map((of, at) =>
    cluster(`c${at + 1}`, of === undefined ? {} : { labels: { nodes: of } }),
  );
  const sums = (...changes: Parameters<typeof computed>) =>
    Object.fromEntries(runPipeline(inputOf(nodes, computed(...changes))).scores);

  test('numbers count as they are, times the weight, up to a million; 0 where there is none', () => {
    const none = { c3: 0, c4: 0 };
    expect(sums(attribute('nodes', 'int'), 2)).toEqual({
      ...{ c1: 6, c2: 80, ...none },
      ...{ c5: -14, c6: 2_000_000 },
    });
  });

  test('a condition counts 100 where it holds', () => {
    const many: IrExpr = {
      op: 'compare',
      by: '>',
      left: attribute('nodes', 'int'),
      right: { op: 'const', type: 'int', value: 10 },
    };
    const none = { c1: 0, c3: 0, c4: 0, c5: 0 };
    expect(sums(many)).toEqual({ c2: 100, c6: 100, ...none });
    expect(sums(many, -3)).toEqual({ c2: -300, c6: -300, ...none });
  });

  test('the best are taken, and explain says by what', () => {
    const changes = { ...computed(attribute('nodes', 'int')), numberOfClusters: 2 };
    const { steps, outcome } = explain(inputOf(nodes, changes));
    expect(outcome.selected).toEqual(['c6', 'c2']);
    expect(steps.map(({ by }) => by)).toContain('cluster.nodes');
  });

  test('text is no score, and what is nested too deeply is a mistake', () => {
    expect(new Set(Object.values(sums(attribute('nodes', 'string'))))).toEqual(new Set([0]));
    let deep: IrExpr = attribute('nodes', 'int');
    for (let at = 0; at < 10_000; at += 1) deep = { op: 'negate', arg: deep };
    expect(schedule(inputOf(nodes, computed(deep))).status).toMatchObject({
      code: 'Misconfigured',
      message: 'a score is nested too deeply',
    });
  });
});

describe('Scatter', () => {
  const clusters = fleet(50);
  const chosen = (name: string, of = clusters, more: Parameters<typeof inputOf>[2] = {}) =>
    runPipeline(inputOf(of, { name, numberOfClusters: 5, ...exactly(builtIn('Scatter')) }, more))
      .selected;

  test('spreads many placements over the clusters, whatever others have decided', () => {
    const load = new Map<string, number>();
    for (let at = 0; at < 1000; at += 1) {
      for (const name of chosen(`p${at}`)) load.set(name, (load.get(name) ?? 0) + 1);
    }
    expect(load.size).toBe(50);
    // 100 each would be even; chance alone stays within four times the root of that.
    expect(Math.min(...load.values())).toBeGreaterThan(60);
    expect(Math.max(...load.values())).toBeLessThan(140);
    const busy = {
      othersDecided: new Map(clusters.map(({ metadata }, at) => [metadata.name, at])),
    };
    expect(chosen('p1', clusters, busy)).toEqual(chosen('p1'));
  });

  test('a cluster that goes moves nobody else', () => {
    const before = chosen('p1');
    const [gone] = before;
    const after = chosen(
      'p1',
      clusters.filter(({ metadata }) => metadata.name !== gone),
    );
    expect(after.slice(0, 4)).toEqual(before.slice(1));
  });

  test('upstream has none', () => {
    const input = inputOf(clusters, exactly(builtIn('Scatter')), { compat: 'upstream' });
    expect(runPipeline(input).status).toMatchObject({
      code: 'Misconfigured',
      message: 'incorrect builtin prioritizer: Scatter',
    });
  });
});
