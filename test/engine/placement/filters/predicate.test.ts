import { describe, expect, test } from 'vitest';
import { schedule } from '../../../../src/engine/placement/schedule.ts';
import type { IrExpr } from '../../../../src/ir/expr.ts';
import { cluster, scoreOn } from '../../inventory/builders.ts';
import { inputOf } from '../builders.ts';

const upstream = { compat: 'upstream' } as const;

describe('a claim', () => {
  const url = 'https://console.example.com:6443/a b';
  const long = 'x'.repeat(64);
  const clusters = [
    cluster('a', { claims: { console: url } }),
    cluster('b', { claims: { console: long } }),
    cluster('c'),
  ];
  const among = (...values: readonly string[]): IrExpr => ({
    op: 'selector',
    over: 'claim',
    selector: { matchExpressions: [{ key: 'console', operator: 'In', values }] },
  });

  test.each([
    [url, 'a'],
    [long, 'b'],
  ])(
    'is compared as the text it is: %s; upstream refuses what could be no label',
    (value, name) => {
      expect(schedule(inputOf(clusters, { where: among(value) })).selected).toEqual([name]);
      const { status, selected } = schedule(inputOf(clusters, { where: among(value) }, upstream));
      expect(status.code).toBe('Misconfigured');
      expect(selected).toEqual([]);
    },
  );
});

describe('scores in CEL', () => {
  const where: IrExpr = {
    op: 'cel',
    source: 'managedCluster.scores("load").exists(s, s.name == "cpu" && s.value > 0)',
  };
  const objects = {
    clusters: [cluster('a'), cluster('b'), cluster('c')],
    scores: [
      scoreOn('a', { cpu: 1 }, '2031-01-01T00:00:00Z'),
      scoreOn('b', { cpu: 1 }, '2029-01-01T00:00:00Z'),
    ],
  };

  test('that have expired are none; upstream counts them', () => {
    expect(schedule(inputOf(objects, { where })).selected).toEqual(['a']);
    expect(schedule(inputOf(objects, { where }, upstream)).selected).toEqual(['a', 'b']);
  });
});
