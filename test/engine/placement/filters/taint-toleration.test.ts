import { describe, expect, test } from 'vitest';
import type { PipelineInput } from '../../../../src/engine/placement/input.ts';
import { reasonsOf } from '../../../../src/engine/placement/reasons.ts';
import { schedule } from '../../../../src/engine/placement/schedule.ts';
import type { IrToleration } from '../../../../src/ir/program.ts';
import type { ClusterTaint } from '../../../../src/kube/ocm/cluster.ts';
import { cluster } from '../../inventory/builders.ts';
import { inputOf, now } from '../builders.ts';

const gpu: ClusterTaint = { key: 'gpu', value: 'yes', effect: 'NoSelect' };

function run(
  taint: ClusterTaint,
  tolerations: readonly IrToleration[],
  more: Partial<PipelineInput> = {},
) {
  return schedule(inputOf([cluster('c', { taints: [taint] })], { tolerations }, more));
}

function isKept(...input: Parameters<typeof run>): boolean {
  return run(...input).selected.length === 1;
}

describe('a taint keeps a placement away', () => {
  test.each<[string, IrToleration, boolean]>([
    ['the same key and value', { key: 'gpu', value: 'yes' }, true],
    ['another value', { key: 'gpu', value: 'no' }, false],
    ['no value', { key: 'gpu' }, false],
    ['any value', { key: 'gpu', operator: 'Exists' }, true],
    ['any key', { operator: 'Exists' }, true],
    ['the same effect', { key: 'gpu', operator: 'Exists', effect: 'NoSelect' }, true],
    ['another effect', { key: 'gpu', operator: 'Exists', effect: 'NoSelectIfNew' }, false],
    ['an unknown operator', { key: 'gpu', operator: 'Is', value: 'yes' }, false],
  ])('unless it is tolerated: %s', (_, toleration, kept) => {
    expect(isKept(gpu, [toleration])).toBe(kept);
    expect(isKept(gpu, [toleration], { compat: 'upstream' })).toBe(kept);
  });

  test('an unknown operator is a mistake; upstream takes it, and it tolerates nothing', () => {
    const of = [{ key: 'gpu', operator: 'Is' }];
    expect(run(gpu, of).conditions[0]).toMatchObject({
      reason: 'Misconfigured',
      message: 'TaintToleration:The operator is neither Exists nor Equal: Is',
    });
    const upstream = run(gpu, of, { compat: 'upstream' });
    expect(upstream.conditions[0]?.reason).toBe('Succeedconfigured');
    expect(upstream.selected).toEqual([]);
  });

  test('every taint has to be tolerated', () => {
    const taints = [gpu, { key: 'edge', effect: 'NoSelect' } as const];
    const tolerations = [{ key: 'gpu', operator: 'Exists' }];
    const input = inputOf([cluster('c', { taints })], { tolerations });
    expect(schedule(input).selected).toEqual([]);
    expect(reasonsOf(input)[1]?.why[0]?.text).toBe('taint edge:NoSelect is not tolerated');
  });

  test('NoSelectIfNew spares what is decided', () => {
    const taint: ClusterTaint = { key: 'gpu', effect: 'NoSelectIfNew' };
    expect(isKept(taint, [])).toBe(false);
    expect(isKept(taint, [], { decided: ['c'] })).toBe(true);
  });

  test('PreferNoSelect keeps nobody away, but such clusters come last', () => {
    const clusters = [
      cluster('a', { taints: [{ key: 'x', effect: 'PreferNoSelect' }] }),
      cluster('b'),
    ];
    const ranked = (more: object, compat: 'native' | 'upstream') =>
      schedule(inputOf(clusters, more, { compat })).selected;
    expect(ranked({}, 'native')).toEqual(['b', 'a']);
    expect(ranked({}, 'upstream')).toEqual(['a', 'b']);
    expect(ranked({ tolerations: [{ key: 'x', operator: 'Exists' }] }, 'native')).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('tolerationSeconds', () => {
  const added: ClusterTaint = { ...gpu, timeAdded: '2029-12-31T23:59:00Z' };
  const toleration = (tolerationSeconds: number): readonly IrToleration[] => [
    { key: 'gpu', operator: 'Exists', tolerationSeconds },
  ];

  test('end that long after the taint was added', () => {
    expect(isKept(added, toleration(61))).toBe(true);
    expect(isKept(added, toleration(60))).toBe(false);
    expect(isKept(added, toleration(0))).toBe(false);
  });

  test('ask for another look then; upstream only for clusters decided before', () => {
    expect(run(added, toleration(90)).recheckAt).toBe(now + 30_000);
    const upstream = { compat: 'upstream' } as const;
    expect(run(added, toleration(90), upstream).recheckAt).toBeNull();
    const decided = { ...upstream, decided: ['c'] };
    expect(run(added, toleration(90), decided).recheckAt).toBe(now + 30_000);
    expect(run(added, toleration(60), decided).recheckAt).toBeNull();
  });

  test('a taint without a time was added long ago', () => {
    expect(isKept(gpu, toleration(1e9))).toBe(false);
  });

  test('of three hundred years are for ever; upstream overflows', () => {
    expect(isKept(added, toleration(1e10))).toBe(true);
    expect(isKept(added, toleration(1e10), { compat: 'upstream' })).toBe(false);
  });

  test('the first toleration that still holds counts', () => {
    const tolerations = [...toleration(10), ...toleration(90)];
    expect(run(added, tolerations).recheckAt).toBe(now + 30_000);
  });
});
