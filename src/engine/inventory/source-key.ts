import type { IrExpr, IrSource } from '../../ir/expr.ts';

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
      return partsOf(expr).map(readsOf).reduce(join, 'none');
  }
}

function join(a: Reads, b: Reads): Reads {
  if (a === 'none') return b;
  if (b === 'none') return a;
  return a !== 'many' && b !== 'many' && a.key === b.key ? a : 'many';
}

/** The expressions directly within one; items of lists and records are left out. */
export function partsOf(expr: IrExpr): readonly IrExpr[] {
  switch (expr.op) {
    case 'and':
    case 'or':
    case 'call':
      return expr.args;
    case 'not':
    case 'has':
    case 'negate':
      return [expr.arg];
    case 'compare':
    case 'in':
    case 'arithmetic':
    case 'coalesce':
      return [expr.left, expr.right];
    case 'if':
      return [expr.test, expr.yes, expr.no];
    case 'member':
      return [expr.of];
    case 'index':
      return [expr.of, expr.at];
    case 'lambda':
      return [expr.body];
    case 'format':
      return expr.parts;
    default:
      return [];
  }
}
