import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { attributeFaults } from '../../../src/engine/analyse/attribute-values.ts';
import { nearestEdits } from '../../../src/engine/analyse/nearest-edits.ts';
import { clusterFacts } from '../../../src/engine/inventory/inventory.ts';
import { fromObjects } from '../../../src/engine/inventory/objects.ts';
import type { IrAttribute, IrExpr } from '../../../src/ir/expr.ts';

const inventory = fromObjects({
  clusters: [
    { env: 'dev', gpus: '1' },
    { env: 'dev', gpus: 'x' },
    { env: 'stage', gpus: '1' },
    { gpus: '2', constructor: 'c' },
  ].map((labels, at) => ({
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: `c${at}`, labels },
  })) as never,
});
const now = instant(0);
const scopes = ['c0', 'c1', 'c2', 'c3'].map((name) => ({
  cluster: clusterFacts(inventory, name) ?? null,
  now,
  compat: 'native' as const,
}));
const label = (name: string, type: IrAttribute['type'] = 'string'): IrAttribute => ({
  op: 'attribute',
  name,
  source: { from: 'label', key: name },
  type,
});
const is = (name: string, value: string): IrExpr => ({
  op: 'compare',
  by: '==',
  left: label(name),
  right: { op: 'const', type: 'string', value },
});

describe('the edits that would admit most clusters', () => {
  test('a condition left out, or its constant as most clusters have it', () => {
    const [env, gpus] = [is('env', 'prod'), is('gpus', '1')];
    expect(nearestEdits({ op: 'and', args: [env, gpus] }, scopes)).toEqual([
      { atom: env, constant: null, beside: gpus, admits: 2 },
      { atom: env, constant: 'dev', beside: null, admits: 1 },
    ]);
  });

  test('one of several choices is changed and never left out', () => {
    const [one, two] = [is('env', 'prod'), is('gpus', '9')];
    const [edit, ...more] = nearestEdits({ op: 'or', args: [one, two] }, scopes);
    const changed = { atom: one, constant: 'dev', beside: null, admits: 2 };
    expect({ edit, more }).toEqual({ edit: changed, more: [] });
  });

  test('below `!`, what is joined with `||` has to fail as a whole: each may be left out', () => {
    const not: IrExpr = { op: 'not', arg: { op: 'or', args: [is('gpus', '1'), is('gpus', '2')] } };
    const edits = nearestEdits({ op: 'and', args: [not, is('env', 'stage')] }, scopes);
    const [atom, beside] = [is('gpus', '1'), is('gpus', '2')];
    expect(edits[0]).toEqual({ atom, constant: null, beside, admits: 1 });
  });

  test('none, where two conditions would have to change', () => {
    const where: IrExpr = { op: 'and', args: [is('env', 'prod'), is('gpus', '9')] };
    expect(nearestEdits(where, scopes)).toEqual([]);
  });
});

test('clusters that lack what is required, and values outside the type, are named', () => {
  const origin = { file: 0, span: { start: 0, end: 0 } };
  const env = { ...label('env'), members: ['dev', 'prod'] };
  const faults = attributeFaults(
    [
      { attribute: env, presence: 'required', origin },
      { attribute: label('gpus', 'int'), presence: 'optional', origin },
      { attribute: label('constructor'), presence: 'optional', origin },
    ],
    inventory,
    now,
  );
  expect(faults.map(({ lacking, outside }) => [lacking, [...outside]])).toEqual([
    [['c3'], [['stage', ['c2']]]],
    [[], [['x', ['c1']]]],
  ]);
});
