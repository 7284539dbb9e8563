import type { IrExpr } from '../../../ir/expr.ts';
import { celCost, clusterBounds, perCallLimit } from '../../../ir/lower/predicate/cel-cost.ts';
import type { Atom, Formula } from '../../../ir/lower/predicate/formula.ts';
import { celParts } from '../../../ir/lower/predicate/predicates.ts';
import { problem } from '../../diagnostics.ts';
import { textOf } from '../known.ts';
import { placeOfAtom } from './atoms.ts';
import { type BlockRule, reportOn } from './rule.ts';
import { throughEngine } from './through-engine.ts';

/** A condition is worth a word from this part of the limit on (language.md §4.1). */
const worthSaying = perCallLimit / 10;

/** OCM3016 and OCM3018: conditions that may cost upstream's CEL more than it allows, or come near to that. */
export const celCosts: BlockRule<'placement'> = (placement, session, program) => {
  const { where, via } = placement.values;
  if (where === null || where.known || textOf(via) === 'engine') return;
  for (const { atom, cost } of costly(where.ir)) {
    const { span, text } = placeOfAtom(atom.expr, placement, 'where', program);
    const code = cost > perCallLimit ? 'OCM3016' : 'OCM3018';
    const params = { condition: text, cost: String(cost), limit: String(perCallLimit) };
    const { help, fixes } = throughEngine(placement);
    const advice = { help: [bounds, ...help], fixes };
    reportOn(placement, problem(code, span, params, advice), session);
  }
};

const bounds = `a cluster is taken to have ${clusterBounds.claims} claims and ${clusterBounds.taints} taints, and texts as long as upstream allows`;

interface Costly {
  readonly atom: Atom;
  readonly cost: number;
}

/** The CEL expressions that are worth a word, each by what costs most in it. */
function costly(where: IrExpr): readonly Costly[] {
  return celParts(where).flatMap((part): readonly Costly[] => {
    const cost = celCost(part);
    const atom = cost < worthSaying ? null : dearest(part);
    return atom === null ? [] : [{ atom, cost }];
  });
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
