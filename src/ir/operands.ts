import type { IrExpr, IrItem, IrRecordItem } from './expr.ts';

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
      return none;
  }
}

const none: readonly IrExpr[] = [];

/** The expressions directly within one, those of items of lists and records too. */
export function partsOf(expr: IrExpr): readonly IrExpr[] {
  if (expr.op === 'list') return expr.items.flatMap(partsOfItem);
  return expr.op === 'record' ? expr.items.flatMap(partsOfField) : operandsOf(expr);
}

function partsOfItem(item: IrItem): readonly IrExpr[] {
  switch (item.item) {
    case 'value':
      return [item.value];
    case 'spread':
      return [item.of];
    case 'for':
      return [item.over, ...testOf(item), ...item.items.flatMap(partsOfItem)];
    case 'if':
      return [item.test, ...item.yes.flatMap(partsOfItem), ...item.no.flatMap(partsOfItem)];
  }
}

function partsOfField(item: IrRecordItem): readonly IrExpr[] {
  switch (item.item) {
    case 'field':
      return [item.value];
    case 'spread':
      return [item.of];
    case 'for':
      return [item.over, ...testOf(item), ...item.items.flatMap(partsOfField)];
    case 'if':
      return [item.test, ...item.yes.flatMap(partsOfField), ...item.no.flatMap(partsOfField)];
  }
}

function testOf({ test }: { readonly test: IrExpr | null }): readonly IrExpr[] {
  return test === null ? [] : [test];
}
