import type { IrExpr, IrSource } from '../../ir/expr.ts';
import { operandsOf } from '../../ir/operands.ts';

/** One text per source of facts; equal sources have equal texts. */
export function sourceKey(source: IrSource): string {
  return JSON.stringify(source);
}

/** What an expression reads of a cluster: its one source, `none`, or `many` when a whole row has to be looked at. */
export type Reads = 'none' | 'many' | { readonly source: IrSource; readonly key: string };

const known = new WeakMap<IrExpr, Reads>();

/** What an expression reads of a cluster. */
export function readsOf(expr: IrExpr): Reads {
  const before = known.get(expr);
  if (before !== undefined) return before;
  const reads = compute(expr);
  known.set(expr, reads);
  return reads;
}

function compute(expr: IrExpr): Reads {
  switch (expr.op) {
    case 'const':
    case 'variable':
      return 'none';
    case 'attribute':
      return { source: expr.source, key: sourceKey(expr.source) };
    case 'cel':
    case 'selector':
    case 'list':
    case 'record':
      return 'many';
    default:
      return operandsOf(expr).map(readsOf).reduce(join, 'none');
  }
}

function join(a: Reads, b: Reads): Reads {
  if (a === 'none') return b;
  if (b === 'none') return a;
  return a !== 'many' && b !== 'many' && a.key === b.key ? a : 'many';
}
