import type { IrExpr } from '../../ir/expr.ts';

const longest = 120;
const deepest = 6;
const texts = new WeakMap<IrExpr, string>();

/** A predicate as people would write it, short enough for a reason. */
export function describe(expr: IrExpr): string {
  const known = texts.get(expr);
  if (known !== undefined) return known;
  const whole = words(expr, 0);
  const text = whole.length > longest ? `${whole.slice(0, longest - 1)}…` : whole;
  texts.set(expr, text);
  return text;
}

function words(expr: IrExpr, depth: number): string {
  if (depth > deepest) return '…';
  const of = (inner: IrExpr) => words(inner, depth + 1);
  switch (expr.op) {
    case 'const':
      return typeof expr.value === 'string' ? expr.value : JSON.stringify(expr.value);
    case 'attribute':
      return `cluster.${expr.name}`;
    case 'and':
      return expr.args.map(of).join(' && ');
    case 'or':
      return `(${expr.args.map(of).join(' || ')})`;
    case 'not':
      return `!${of(expr.arg)}`;
    case 'compare':
    case 'arithmetic':
      return `${of(expr.left)} ${expr.by} ${of(expr.right)}`;
    case 'in':
      return `${of(expr.left)} in ${of(expr.right)}`;
    case 'has':
      return `has(${of(expr.arg)})`;
    case 'coalesce':
      return `${of(expr.left)} ?? ${of(expr.right)}`;
    case 'member':
      return `${of(expr.of)}.${expr.name}`;
    case 'index':
      return `${of(expr.of)}[${of(expr.at)}]`;
    case 'call':
      return callWords(expr, of);
    case 'lambda':
      return `${expr.variable} => ${of(expr.body)}`;
    case 'variable':
      return expr.name;
    case 'cel':
      return `cel ${expr.source}`;
    case 'selector':
      return `${expr.over} selector ${JSON.stringify(expr.selector)}`;
    default:
      return expr.op;
  }
}

function callWords(expr: IrExpr & { readonly op: 'call' }, of: (inner: IrExpr) => string): string {
  const [receiver, ...args] = expr.args;
  if (receiver === undefined) return `${expr.function}()`;
  return `${of(receiver)}.${expr.function}(${args.map(of).join(', ')})`;
}
