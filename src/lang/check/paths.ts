import type { Expr } from '../syntax/ast.ts';

/** A canonical text of what `has` may be asked about; null where an expression is no path. */
export function pathOf(expr: Expr): string | null {
  switch (expr.kind) {
    case 'name':
      return expr.name.text;
    case 'member': {
      const of = pathOf(expr.of);
      return of === null || expr.name.text === '' ? null : `${of}.${expr.name.text}`;
    }
    case 'index': {
      const of = pathOf(expr.of);
      const key = expr.at.kind === 'string' ? expr.at.parts : null;
      const isPlain = key?.every((part) => typeof part === 'string') === true;
      return of === null || !isPlain ? null : `${of}[${JSON.stringify(key?.join(''))}]`;
    }
    default:
      return null;
  }
}

/** The paths that are present where an expression is true, or false (§4.2): `has(x)` and what `! && ||` make of it. */
export function pathsPresent(expr: Expr, where: boolean): readonly string[] {
  if (expr.kind === 'unary' && expr.op === '!') return pathsPresent(expr.of, !where);
  if (expr.kind === 'binary' && expr.op === (where ? '&&' : '||')) {
    return [...pathsPresent(expr.left, where), ...pathsPresent(expr.right, where)];
  }
  const asked = where ? askedBy(expr) : null;
  const path = asked === null ? null : pathOf(asked);
  return path === null ? [] : [path];
}

/** The argument of `has(…)`. */
export function askedBy(expr: Expr): Expr | null {
  if (expr.kind !== 'call' || expr.of.kind !== 'name' || expr.of.name.text !== 'has') return null;
  const value = expr.args[0]?.value;
  return value === undefined || value.kind === 'lambda' ? null : value;
}
