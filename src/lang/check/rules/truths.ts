import type { IrExpr } from '../../../ir/expr.ts';
import { type Claim, contradictionIn } from '../../../ir/logic/refute.ts';
import { type Fix, problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { type Around, blocksOf, type Checked, isOf } from '../checked.ts';
import type { Session } from '../session.ts';
import type { Typed } from '../typed.ts';
import { placeOfAtom } from './atoms.ts';
import { type BlockRule, reportOn } from './rule.ts';
import { type Finding, findingsIn } from './truth-findings.ts';
import { inOne, type Placed, quoted, shortened, without } from './truth-fixes.ts';

/** OCM4001: a condition that never holds, or always does, whatever cluster or object is looked at (§13, A1). */
export const truths: BlockRule = (block, session, around) => {
  checkConditions(block, around, session);
  if (isOf(block, 'placement')) checkGroups(block, around, session);
};

function checkConditions(block: Checked, around: Around, session: Session): void {
  const keys = block.values as Readonly<Record<string, Typed | null>>;
  for (const [key, typed] of [...Object.entries(keys), ['', block.manifest] as const]) {
    if (typed === null || typed.known) continue;
    for (const { is, parts, where, beside } of findingsIn(typed.ir)) {
      const placed = parts.map((expr) => ({ ...placeOfAtom(expr, block, key, around), expr }));
      const [one] = beside;
      const neighbour = one === undefined ? null : placeOfAtom(one, block, key, around);
      const isIdle = parts.length === 1 && where.length === 0;
      const { text } = block.shaped.place.chunk;
      const fixes = isIdle ? without(placed, neighbour, text) : inOne(placed, is, text);
      report(block, { truth: truthOf(placed, is, where), placed, fixes }, session);
    }
  }
  for (const child of block.children) checkConditions(child, around, session);
}

/** Groups no cluster comes to: their conditions contradict the placement's, or earlier groups take all first. */
function checkGroups(placement: Checked<'placement'>, around: Around, session: Session): void {
  const { where } = placement.values;
  const given: Told[] = where === null || where.known ? [] : told(where.ir, placement);
  const earlier: Told[] = [];
  for (const group of blocksOf(placement.children, 'group')) {
    const own = group.values.where;
    if (own === null || own.known) continue;
    const mine = told(own.ir, group);
    const core = contradictionIn([...earlier, ...given, ...mine]) ?? [];
    const found = [...earlier, ...given, ...mine].filter((each) => core.includes(each));
    const isShadowed = found.some((each) => earlier.includes(each));
    if (isShadowed || (found.length > 0 && !found.every((each) => mine.includes(each)))) {
      const placed = found.map(({ expr, block }) => ({
        ...placeOfAtom(expr, block, 'where', around),
        expr,
      }));
      const truth = isShadowed
        ? 'never true of what earlier groups leave'
        : truthOf(placed, 'never', []);
      report(group, { truth, placed, fixes: [] }, session);
    }
    earlier.push({ expr: own.ir, holds: false, block: group });
  }
}

interface Told extends Claim {
  readonly block: Checked;
}

function told(expr: IrExpr, block: Checked): Told[] {
  const parts = expr.op === 'and' ? expr.args : [expr];
  return parts.map((part) => ({ expr: part, holds: true, block }));
}

/** What is said of the last part, given the others. */
function truthOf(placed: readonly Placed[], is: Finding['is'], where: readonly string[]): string {
  const others = placed.slice(0, -1);
  const [only] = others;
  const given =
    only === undefined
      ? ''
      : ` where ${others.length > 1 ? 'the rest' : quoted(only)} is${is === 'never' ? '' : ' not'}`;
  const facts = where.map((name) => `\`${name}\``).join(' and ');
  return `${is} true${given}${facts === '' ? '' : `, if there is ${facts}`}`;
}

interface Found {
  readonly truth: string;
  readonly placed: readonly Placed[];
  readonly fixes: readonly Fix[];
}

function report(block: Checked, { truth, placed, fixes }: Found, session: Session): void {
  const last = placed.at(-1);
  if (last === undefined) return;
  const others = placed.slice(0, -1).map(({ span }) => span);
  const advice = {
    help: fixes.map(({ title }) => title),
    fixes,
    secondary: others.map((span) => secondary(block.shaped.place, span, 'together with this')),
  };
  const params = { condition: shortened(last.text), truth };
  reportOn(block, problem('OCM4001', last.span, params, advice), session);
}
