import type { IrExpr } from '../../../ir/expr.ts';
import { celCost, clusterBounds, perCallLimit } from '../../../ir/lower/predicate/cel-cost.ts';
import type { Atom, Formula } from '../../../ir/lower/predicate/formula.ts';
import { celParts } from '../../../ir/lower/predicate/predicates.ts';
import { problem } from '../../diagnostics.ts';
import { blocksOf } from '../checked.ts';
import { textOf } from '../known.ts';
import { placeOfAtom } from './atoms.ts';
import { type Rule, reportOn } from './rule.ts';
import { throughEngine } from './through-engine.ts';

/** A condition is worth a word from this part of the limit on (language.md §4.1). */
const worthSaying = perCallLimit / 10;

/** OCM3016 and OCM3018: conditions that may cost upstream's CEL more than it allows, or come near to that. */
export const celCosts: Rule = (program, session) => {
  for (const placement of blocksOf(program.blocks, 'placement')) {
    const { where, via } = placement.values;
    if (where === null || where.known || textOf(via) === 'engine') continue;
    for (const { atom, cost } of costly(where.ir)) {
      const { span, text } = placeOfAtom(atom.expr, placement, 'where', program);
      const code = cost > perCallLimit ? 'OCM3016' : 'OCM3018';
      const params = { condition: text, cost: String(cost), limit: String(perCallLimit) };
      const { help, fixes } = throughEngine(placement);
      const advice = { help: [bounds, ...help], fixes };
      reportOn(placement, problem(code, span, params, advice), session);
    }
  }
};

const bounds = `a cluster is taken to have ${clusterBounds.claims} claims and ${clusterBounds.taints} taints, and texts as long as upstream allows`;

interface Costly {
  readonly atom: Atom;
  readonly cost: number;
}

// A condition that an edit did not touch is the same object in the next check.
const known = new WeakMap<IrExpr, readonly Costly[]>();

/** The CEL expressions that are worth a word, each by what costs most in it. */
function costly(where: IrExpr): readonly Costly[] {
  const before = known.get(where);
  if (before !== undefined) return before;
  const found = celParts(where).flatMap((part): readonly Costly[] => {
    const cost = celCost(part);
    const atom = cost < worthSaying ? null : dearest(part);
    return atom === null ? [] : [{ atom, cost }];
  });
  known.set(where, found);
  return found;
}

function dearest(formula: Formula): Atom | null {
  if (formula.is === 'atom') return formula;
  if (formula.is === 'true' || formula.is === 'false') return null;
  const [first, ...others] = formula.of;
  const dear = others.reduce(
    (a, b) => (a !== undefined && celCost(a) >= celCost(b) ? a : b),
    first,
  );
  return dear === undefined ? null : dearest(dear);
}
