import { compileClusterCel, runClusterCel, unwrapped } from '../cel/cluster-selector.ts';
import type { Scope } from '../predicate/scope.ts';
import { addRow, noBits } from './bits.ts';
import type { Table } from './inventory.ts';
import { type Truth, truth } from './truth.ts';

/** Units one expression may cost over all clusters: a second or so for ten thousand of them. */
function budgetFor(clusters: number): number {
  return 2_000_000 + 500 * clusters;
}

/**
 * CEL on every row. What costs too much over all of them is given up, so that one placement does not hold up the others;
 * upstream goes on, a million units a cluster.
 */
export function celTruth(
  table: Table,
  source: string,
  moment: Pick<Scope, 'now' | 'compat'>,
): Truth {
  const nowhere = (overrun: string | null = null) =>
    truth(noBits(table.size), () => noBits(table.size), overrun);
  const compiled = compileClusterCel(source);
  if (!compiled.ok) return nowhere();
  const [yes, no] = [noBits(table.size), noBits(table.size)];
  const budget = moment.compat === 'native' ? budgetFor(table.size) : Number.POSITIVE_INFINITY;
  let spent = 0;
  for (const [row, cluster] of table.rows.entries()) {
    const { value, cost } = runClusterCel(compiled.program, cluster, moment);
    spent += cost;
    if (spent > budget) {
      return nowhere(
        `the expression costs more than ${budget} over ${table.size} clusters: ${source}`,
      );
    }
    const holds = unwrapped(value);
    if (holds === true) addRow(yes, row);
    else if (holds === false) addRow(no, row);
  }
  return truth(yes, () => no);
}
