import type { Span } from '../../../base/span.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import { type Claim, contradictionIn } from '../../../ir/logic/refute.ts';
import { type Fix, problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { blocksOf, type Checked, type CheckedProgram, isOf } from '../checked.ts';
import type { Session } from '../session.ts';
import type { Typed } from '../typed.ts';
import { placeOfAtom } from './atoms.ts';
import { areJoined, leaveOut } from './leave-out.ts';
import { type Rule, reportOn } from './rule.ts';
import { type Finding, findingsIn } from './truth-findings.ts';

/** OCM4001: a condition that never holds, or always does, whatever cluster or object is looked at (§13, A1). */
export const truths: Rule = (program, session) => {
  for (const block of program.blocks) {
    if (silent.has(block)) continue;
    const isSaid = checkBlock(block, program, session);
    const isEmpty = isOf(block, 'placement') && checkGroups(block, program, session);
    if (!isSaid && !isEmpty) silent.add(block);
  }
};

// A block that an edit did not touch is the same object in the next check, and what is said of it depends on it alone.
const silent = new WeakSet<Checked>();

/** Whether anything was said of a block or what is in it. */
function checkBlock(block: Checked, program: CheckedProgram, session: Session): boolean {
  let isSaid = false;
  const keys = block.values as Readonly<Record<string, Typed | null>>;
  for (const [key, typed] of [...Object.entries(keys), ['', block.manifest] as const]) {
    if (typed === null || typed.known) continue;
    for (const { is, parts, where, beside } of findingsIn(typed.ir)) {
      const placed = parts.map((expr) => ({ ...placeOfAtom(expr, block, key, program), expr }));
      const [one] = beside;
      const neighbour = one === undefined ? null : placeOfAtom(one, block, key, program);
      const isIdle = parts.length === 1 && where.length === 0;
      const fixes = isIdle ? without(placed, neighbour, block) : inOne(placed, is, block);
      report(block, { truth: truthOf(placed, is, where), placed, fixes }, session);
      isSaid = true;
    }
  }
  for (const child of block.children) isSaid = checkBlock(child, program, session) || isSaid;
  return isSaid;
}

/** Whether there are groups no cluster comes to: their conditions contradict the placement's, or earlier groups take all first. */
function checkGroups(
  placement: Checked<'placement'>,
  program: CheckedProgram,
  session: Session,
): boolean {
  let isSaid = false;
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
        ...placeOfAtom(expr, block, 'where', program),
        expr,
      }));
      const truth = isShadowed
        ? 'never true of what earlier groups leave'
        : truthOf(placed, 'never', []);
      report(group, { truth, placed, fixes: [] }, session);
      isSaid = true;
    }
    earlier.push({ expr: own.ir, holds: false, block: group });
  }
  return isSaid;
}

interface Told extends Claim {
  readonly block: Checked;
}

function told(expr: IrExpr, block: Checked): Told[] {
  const parts = expr.op === 'and' ? expr.args : [expr];
  return parts.map((part) => ({ expr: part, holds: true, block }));
}

interface Placed {
  readonly expr: IrExpr;
  readonly span: Span;
  readonly text: string;
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

const longest = 80;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('`', "'");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function quoted({ text }: Placed): string {
  return `\`${shortened(text)}\``;
}

/** `x == a && x == b` as it was meant: `x in [a, b]`; `x != a || x != b`: `x not in [a, b]`. */
function inOne(placed: readonly Placed[], is: Finding['is'], block: Checked): readonly Fix[] {
  const [first, second] = placed;
  if (first === undefined || second === undefined || placed.length > 2) return [];
  const sign = is === 'never' ? '==' : '!=';
  if (!areJoined(block.shaped.place.chunk.text, first.span, second.span)) return [];
  const [one, other] = [first, second].map(({ expr, text }) =>
    expr.op === 'compare' && expr.by === sign ? text.split(sign).map((side) => side.trim()) : [],
  );
  if (one?.length !== 2 || other?.length !== 2 || one[0] !== other[0]) return [];
  const text = `${one[0]} ${is === 'never' ? 'in' : 'not in'} [${one[1]}, ${other[1]}]`;
  const span = { start: first.span.start, end: second.span.end };
  return [{ title: `write \`${text}\``, edits: [{ span, text }] }];
}

/** The condition left out, where it changes nothing and stands beside another. */
function without(
  [found]: readonly Placed[],
  neighbour: { readonly span: Span } | null,
  { shaped }: Checked,
): readonly Fix[] {
  if (found === undefined || neighbour === null) return [];
  const edit = leaveOut(shaped.place.chunk.text, found.span, neighbour.span);
  return edit === null ? [] : [{ title: `leave out ${quoted(found)}`, edits: [edit] }];
}
