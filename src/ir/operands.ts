import type { IrExpr } from './expr.ts';

/** The expressions directly within one; items of lists and records are left out. */
export function operandsOf(expr: IrExpr): readonly IrExpr[] {
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
