import type { IrExpr, IrSource } from '../../../ir/expr.ts';
import { operandsOf } from '../../../ir/operands.ts';
import { problem } from '../../diagnostics.ts';
import { blocksOf } from '../checked.ts';
import { textOf } from '../known.ts';
import { placeOfAtom } from './atoms.ts';
import { type Rule, reportOn } from './rule.ts';

// What a ManagedCluster does not say of itself: no selector and no CEL of upstream's can ask for it (atoms E, §7).
const engineOnly: ReadonlySet<IrSource['from']> = new Set(['addon', 'sets']);

/** OCM3001: a condition that upstream's scheduler cannot evaluate. */
export const engineOnlyAtoms: Rule = (program, session) => {
  for (const placement of blocksOf(program.blocks, 'placement')) {
    const { where, via } = placement.values;
    if (where === null || where.known || textOf(via) === 'engine') continue;
    const atom = atomOf(where.ir);
    if (atom === null) continue;
    const { span, text } = placeOfAtom(atom, placement, 'where', program);
    const help = ['write `via: engine` to have our engine decide this placement'];
    reportOn(placement, problem('OCM3001', span, { atom: text }, { help }), session);
  }
};

// A condition that an edit did not touch is the same object in the next check.
const atoms = new WeakMap<IrExpr, IrExpr | null>();

function atomOf(expr: IrExpr): IrExpr | null {
  const known = atoms.get(expr);
  if (known !== undefined) return known;
  const atom = findAtom(expr);
  atoms.set(expr, atom);
  return atom;
}

function findAtom(expr: IrExpr): IrExpr | null {
  if (expr.op === 'and' || expr.op === 'or') return firstOf(expr.args.map(findAtom));
  if (expr.op === 'not') return findAtom(expr.arg);
  return mentions(expr) ? expr : null;
}

function firstOf(found: readonly (IrExpr | null)[]): IrExpr | null {
  return found.find((each) => each !== null) ?? null;
}

function mentions(expr: IrExpr): boolean {
  if (expr.op === 'attribute') return engineOnly.has(expr.source.from);
  return operandsOf(expr).some(mentions);
}
