import type { Json } from '../../base/json.ts';
import type { IrExpr } from '../../ir/expr.ts';
import { operandsOf } from '../../ir/operands.ts';
import { maxExprDepth } from '../predicate/scope.ts';
import { sourceKey } from './source-key.ts';

const keys = new WeakMap<IrExpr, string>();
let unlike = 0;

/**
 * A text that is the same only for expressions that mean the same; where they stand in a file does not matter. Call it
 * for expressions that are not deep.
 */
export function exprKey(expr: IrExpr): string {
  const known = keys.get(expr);
  if (known !== undefined) return known;
  const key = compute(expr);
  const kept = key.length > longest ? oneOfItsKind() : key;
  keys.set(expr, kept);
  return kept;
}

/** Parts may be shared, so that their texts would grow without end. */
const longest = 10_000;

function compute(expr: IrExpr): string {
  const parts = () => operandsOf(expr).map(exprKey).join(' ');
  switch (expr.op) {
    case 'const':
      return isShallow(expr.value)
        ? `(${expr.type} ${JSON.stringify(expr.value)})`
        : oneOfItsKind();
    case 'attribute': {
      const { type, source, default: other } = expr;
      if (other !== undefined && !isShallow(other)) return oneOfItsKind();
      return `(attribute ${type} ${sourceKey(source)} ${JSON.stringify(other) ?? ''})`;
    }
    case 'compare':
    case 'arithmetic':
      return `(${expr.op} ${expr.by} ${parts()})`;
    case 'call':
      return `(call ${JSON.stringify(expr.function)} ${parts()})`;
    case 'member':
      return `(member ${JSON.stringify(expr.name)} ${parts()})`;
    case 'cel':
      return `(cel ${JSON.stringify(expr.source)})`;
    case 'selector':
      return `(selector ${expr.over} ${JSON.stringify(expr.selector)})`;
    case 'and':
    case 'or':
    case 'not':
    case 'has':
    case 'negate':
    case 'in':
    case 'coalesce':
    case 'if':
    case 'index':
    case 'format':
      return `(${expr.op} ${parts()})`;
    default:
      return oneOfItsKind();
  }
}

// What is rare is told apart by what it is, not by what it says.
function oneOfItsKind(): string {
  unlike += 1;
  return `(unlike ${unlike})`;
}

function isShallow(value: Json): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object' || item === null);
  return typeof value !== 'object' || value === null;
}

const deep = new WeakMap<IrExpr, boolean>();

/** Is it nested more deeply than what is evaluated? Walks without recursion. */
export function isDeep(expr: IrExpr): boolean {
  if (isBrief(expr)) return false;
  const known = deep.get(expr);
  if (known !== undefined) return known;
  if (nodesLeft(expr, small) >= 0) {
    deep.set(expr, false);
    return false;
  }
  const seen: IrExpr[] = [];
  let level: ReadonlySet<IrExpr> = new Set([expr]);
  for (let depth = 0; level.size > 0 && depth < maxExprDepth; depth += 1) {
    seen.push(...level);
    level = new Set([...level].flatMap(operandsOf));
  }
  // What is not deep has no deep part.
  if (level.size === 0) for (const part of seen) deep.set(part, false);
  else deep.set(expr, true);
  return level.size > 0;
}

const few = 8;

/** Has it so few nodes that going through them costs less than to remember what was found? */
export function isBrief(expr: IrExpr): boolean {
  return nodesLeft(expr, few) >= 0;
}

/** What has no more nodes than this is not deep. */
const small = Math.min(maxExprDepth, 50);

/** Of so many nodes, how many an expression leaves; less than 0 where it has more. */
function nodesLeft(expr: IrExpr, nodes: number): number {
  let left = nodes - 1;
  for (const part of operandsOf(expr)) {
    if (left < 0) break;
    left = nodesLeft(part, left);
  }
  return left;
}
