import { compileClusterCel, runClusterCel, unwrapped } from '../cel/cluster-selector.ts';
import type { Scope } from '../predicate/scope.ts';
import { addRow, type Bits, noBits } from './bits.ts';
import type { Table } from './inventory.ts';

/** Which rows CEL is true of and which it is false of; of the others it fails. */
export interface CelTruth {
  readonly yes: Bits;
  readonly no: Bits;
  /** It costs more than a fleet of this size may; then nothing is known of any row. */
  readonly overrun: string | null;
}

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
): CelTruth {
  const nothing = () => noBits(table.size);
  const compiled = compileClusterCel(source);
  if (!compiled.ok) return { yes: nothing(), no: nothing(), overrun: null };
  const [yes, no] = [nothing(), nothing()];
  const budget = moment.compat === 'native' ? budgetFor(table.size) : Number.POSITIVE_INFINITY;
  let spent = 0;
  for (const [row, cluster] of table.rows.entries()) {
    const { value, cost } = runClusterCel(compiled.program, cluster, moment);
    spent += cost;
    if (spent > budget) {
      const overrun = `the expression costs more than ${budget} over ${table.size} clusters: ${source}`;
      return { yes: nothing(), no: nothing(), overrun };
    }
    const holds = unwrapped(value);
    if (holds === true) addRow(yes, row);
    else if (holds === false) addRow(no, row);
  }
  return { yes, no, overrun: null };
}
