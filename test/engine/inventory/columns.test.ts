import { expect, test } from 'vitest';
import type { ClusterFacts } from '../../../src/engine/inventory/facts.ts';
import { fromRows, withRows } from '../../../src/engine/inventory/inventory.ts';
import { select } from '../../../src/engine/inventory/select.ts';
import { namesOf } from '../../../src/engine/inventory/subset.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { now } from '../placement/builders.ts';
import { cluster } from './builders.ts';

const clusters = 300;
const labelled = (at: number, value: number): ClusterFacts => {
  const name = `c${String(at).padStart(3, '0')}`;
  return { name, cluster: cluster(name, { labels: { a: String(value) } }), sets: [] };
};
const selector = (values: readonly number[], operator: 'In' | 'NotIn'): IrExpr => ({
  op: 'selector',
  over: 'label',
  selector: { matchExpressions: [{ key: 'a', operator, values: values.map(String) }] },
});

test('a column of as many values as clusters follows every change, also of values nobody has any more', () => {
  const values = Array.from({ length: clusters }, (_, at) => at);
  const rows = () => values.map((value, at) => labelled(at, value));
  let inventory = fromRows(rows(), new Map(), 0);
  for (let change = 0; change < 4000; change += 1) {
    const at = (change * 7) % clusters;
    // Mostly values that nobody had before; now and then one that another cluster has.
    values[at] = change % 5 === 0 ? (values[(at + 1) % clusters] ?? 0) : 1000 + change;
    inventory = withRows(inventory, [labelled(at, values[at] ?? 0)], change + 1);
    const asked = [values[at] ?? 0, values[(at + 50) % clusters] ?? 0, change];
    for (const operator of ['In', 'NotIn'] as const) {
      const chosen = namesOf(
        inventory,
        select(inventory, selector(asked, operator), { now, compat: 'native' }),
      );
      const is = operator === 'In';
      const right = rows().flatMap(({ name }, row) =>
        asked.includes(values[row] ?? -1) === is ? [name] : [],
      );
      if (change % 97 === 0 || chosen.length !== right.length) expect(chosen).toEqual(right);
    }
  }
  const fresh = fromRows(rows(), new Map(), 0);
  const many = values.filter((_, at) => at % 3 === 0);
  const of = (from: typeof fresh) =>
    namesOf(from, select(from, selector(many, 'In'), { now, compat: 'native' }));
  expect(of(inventory)).toEqual(of(fresh));
});
