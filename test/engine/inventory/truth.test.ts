import { expect, test } from 'vitest';
import type { ClusterFacts } from '../../../src/engine/inventory/facts.ts';
import { fromRows, withRows } from '../../../src/engine/inventory/inventory.ts';
import { select } from '../../../src/engine/inventory/select.ts';
import { namesOf } from '../../../src/engine/inventory/subset.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { now } from '../placement/builders.ts';
import { cluster } from './builders.ts';

const changes = 20_000;
const tiered = (name: string, tier: string): ClusterFacts => ({
  name,
  cluster: cluster(name, { labels: { tier } }),
  sets: [],
});
const isGold: IrExpr = {
  op: 'compare',
  by: '==',
  left: { op: 'attribute', name: 'tier', source: { from: 'label', key: 'tier' }, type: 'string' },
  right: { op: 'const', type: 'string', value: 'gold' },
};
const moment = { now, compat: 'native' } as const;

test('after very many changes it can be asked for the first time where something does not hold', () => {
  let inventory = fromRows([tiered('a', 'gold'), tiered('b', 'tin')], new Map(), 0);
  for (let change = 0; change < changes; change += 1) {
    const a = tiered('a', change % 2 === 0 ? 'tin' : 'gold');
    inventory = withRows(inventory, [a], change + 1);
    select(inventory, isGold, moment);
  }
  expect(namesOf(inventory, select(inventory, isGold, moment))).toEqual(['a']);
  const others = select(inventory, { op: 'not', arg: isGold }, moment);
  expect(namesOf(inventory, others)).toEqual(['b']);
});
