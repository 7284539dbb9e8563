import type { IrExpr } from '../../../ir/expr.ts';
import {
  type Among,
  type Claim,
  contradictionIn,
  factsIn,
  isContingent,
} from '../../../ir/logic/refute.ts';
import { partsOf } from '../../../ir/operands.ts';

/** Conditions that never hold together, or of which one always does; one alone, where it is its own reason. */
export interface Finding {
  readonly is: 'never' | 'always';
  readonly parts: readonly IrExpr[];
  /** Facts that have to be there, so that it always holds; empty where none has. */
  readonly where: readonly string[];
  /** Where it may be left out: what stands right beside it. */
  readonly beside: readonly IrExpr[];
}

/** What is never or always true in an expression; of what is within each other, the outermost. */
export function findingsIn(expr: IrExpr): readonly Finding[] {
  return isCondition(expr) ? findingsOf(expr) : partsOf(expr).flatMap(findingsIn);
}

function findingsOf(expr: IrExpr): readonly Finding[] {
  // In a condition whose parts have nothing to do with each other, only what functions are given is left to look at.
  if (isContingent(expr))
    return leavesOf(expr).flatMap((leaf) => partsOf(leaf).flatMap(findingsIn));
  const own = findingOf(expr);
  return own === null ? partsOf(expr).flatMap((part, at) => withinOf(expr, part, at)) : [own];
}

function isCondition({ op }: IrExpr): boolean {
  return ['and', 'or', 'not', 'compare', 'in', 'has', 'call'].includes(op);
}

function leavesOf(expr: IrExpr): readonly IrExpr[] {
  const isMade = expr.op === 'and' || expr.op === 'or' || expr.op === 'not';
  return isMade ? partsOf(expr).flatMap(leavesOf) : [expr];
}

function withinOf(whole: IrExpr, part: IrExpr, at: number): readonly Finding[] {
  const found = findingsIn(part);
  if (whole.op !== 'and' && whole.op !== 'or') return found;
  const beside = whole.args[at === 0 ? 1 : at - 1];
  const [one] = found;
  const isPart = one?.parts.length === 1 && one.parts[0] === part;
  return isPart && beside !== undefined ? [{ ...one, beside: [beside] }] : found;
}

function findingOf(expr: IrExpr): Finding | null {
  const never = together(expr, 'and', 'all');
  if (never !== null) return { is: 'never', parts: never, where: [], beside: [] };
  const always = together(expr, 'or', 'all');
  if (always !== null) return { is: 'always', parts: always, where: [], beside: [] };
  const mostly = together(expr, 'or', 'known');
  const where = mostly === null ? null : factsIn(mostly);
  return mostly === null || where === null
    ? null
    : { is: 'always', parts: mostly, where, beside: [] };
}

/** Parts of an `and` that contradict each other, or of an `or` that leave nothing out. */
function together(expr: IrExpr, op: 'and' | 'or', among: Among): readonly IrExpr[] | null {
  const parts = expr.op === op ? expr.args : [expr];
  const claims = parts.map((part): Claim => ({ expr: part, holds: op === 'and' }));
  return contradictionIn(claims, among)?.map((claim) => claim.expr) ?? null;
}
