import type { IrExpr } from '../expr.ts';
import { type Atom, type Formula, formulaOf } from '../lower/predicate/formula.ts';
import { type Cases, casesOf, otherwise } from './cases.ts';
import { intersect, isEmpty, type Values } from './values.ts';

/** That a condition holds, or that it does not (also where it is unknown, Rule 29). */
export interface Claim {
  readonly expr: IrExpr;
  readonly holds: boolean;
}

/** Of which clusters or objects something is said: of all, or of those where every fact is there and of its type. */
export type Among = 'all' | 'known';

/** Conditions that are looked at before a decision is given up. */
const maxSteps = 2000;
/** Choices within each other that are followed. */
const maxChoices = 100;

/**
 * Proves that some claims cannot hold together (language.md §13): a conjunction of them is a set of values for each
 * fact, and one of the sets is empty. Never wrong where it says so; false where it cannot tell: conditions on two
 * facts, patterns and CEL are anything, and beyond some thousand conditions it gives up.
 */
export function contradict(claims: readonly Claim[], among: Among = 'all'): boolean {
  const goals = claims.map(({ expr, holds }) => ({ formula: formulaOf(expr), holds }));
  return !mayHold(goals, nothingKnown, { among, steps: maxSteps, choices: 0 });
}

/**
 * Whether each condition of an expression is about a fact of its own, and holds for some and not for others: then so it
 * is with all that is made of them, and there is nothing to prove. Soon said, of nearly every expression.
 */
export function isContingent(expr: IrExpr): boolean {
  const formula = formulaOf(expr);
  const facts = new Set<string>();
  // What was simplified away is always or never true, or said twice.
  return conditionsIn(expr) === countIn(formula) && isApart(formula, facts);
}

function isApart(formula: Formula, facts: Set<string>): boolean {
  if (formula.is === 'and' || formula.is === 'or') {
    return formula.of.every((part) => isApart(part, facts));
  }
  if (formula.is !== 'atom') return false;
  const cases = knownCases(formula);
  if (cases === null) return true;
  if (facts.has(cases.fact)) return false;
  facts.add(cases.fact);
  const denied = opposed(cases);
  return (
    narrow(nothingKnown, cases, 'all') !== null && narrow(nothingKnown, denied, 'known') !== null
  );
}

function conditionsIn(expr: IrExpr): number {
  if (expr.op === 'not') return conditionsIn(expr.arg);
  // An `if` becomes more conditions than it is written with.
  if (expr.op === 'if') return Number.POSITIVE_INFINITY;
  if (expr.op !== 'and' && expr.op !== 'or') return 1;
  // One of nothing is a condition too, which is simplified away.
  return expr.args.reduce((sum, arg) => sum + conditionsIn(arg), 0) || 1;
}

/** `!has(x) || x != v` became one. */
function countIn(formula: Formula): number {
  if (formula.is === 'atom') return formula.orMissing ? 2 : 1;
  if (formula.is !== 'and' && formula.is !== 'or') return 0;
  return formula.of.reduce((sum, part) => sum + countIn(part), 0);
}

/** The claims that contradict each other, none of which can be left out; null where they do not. */
export function contradictionIn<C extends Claim>(
  claims: readonly C[],
  among: Among = 'all',
): readonly C[] | null {
  if (!contradict(claims, among)) return null;
  let core = claims;
  for (const claim of claims.slice(0, maxChoices)) {
    const rest = core.filter((each) => each !== claim);
    if (contradict(rest, among)) core = rest;
  }
  return core;
}

/** The facts some conditions are about that may be missing, as authors write them; null where one has no name. */
export function factsIn(exprs: readonly IrExpr[]): readonly string[] | null {
  const names = new Set<string>();
  for (const cases of exprs.flatMap((expr) => casesIn(formulaOf(expr)))) {
    if (cases === null || cases.name === null) return null;
    names.add(cases.name);
  }
  return [...names];
}

// A condition that an edit did not touch is the same object in the next check.
const known = new WeakMap<Atom, Cases | null>();
const opposites = new WeakMap<Cases, Cases>();

function knownCases(atom: Atom): Cases | null {
  const before = known.get(atom);
  if (before !== undefined) return before;
  const cases = casesOf(atom);
  known.set(atom, cases);
  return cases;
}

function casesIn(formula: Formula): readonly (Cases | null)[] {
  if (formula.is === 'atom') return [knownCases(formula)];
  return formula.is === 'and' || formula.is === 'or' ? formula.of.flatMap(casesIn) : [];
}

function opposed(cases: Cases): Cases {
  const before = opposites.get(cases);
  if (before !== undefined) return before;
  const found = otherwise(cases);
  opposites.set(cases, found);
  return found;
}

interface Goal<F extends Formula = Formula> {
  readonly formula: F;
  readonly holds: boolean;
}
type Choice = Goal<Extract<Formula, { readonly is: 'and' | 'or' }>>;

interface Search {
  readonly among: Among;
  steps: number;
  choices: number;
}

/** What is left for a fact: whether it may be missing, and by type what it may be. */
interface Left {
  readonly missing: boolean;
  readonly present: ReadonlyMap<string, { readonly other: boolean; readonly values: Values }>;
}
type Facts = ReadonlyMap<string, Left>;
const nothingKnown: Facts = new Map();

/** Whether some facts meet all goals; true also where that is not found out. */
function mayHold(goals: readonly Goal[], given: Facts, search: Search): boolean {
  const apart = takeApart(goals);
  if (apart === null) return false;
  let facts = given;
  for (const { formula, holds } of apart.atoms) {
    search.steps -= 1;
    if (search.steps < 0) return true;
    const cases = knownCases(formula);
    if (cases === null) continue;
    const narrowed = narrow(facts, holds ? cases : opposed(cases), search.among);
    if (narrowed === null) return false;
    facts = narrowed;
  }
  const [choice, ...later] = apart.choices;
  if (choice === undefined || search.choices >= maxChoices) return true;
  search.choices += 1;
  const { formula, holds } = choice;
  const found = formula.of.some((part) =>
    mayHold([{ formula: part, holds }, ...later], facts, search),
  );
  search.choices -= 1;
  return found;
}

/** The atoms that goals come to, and what is to be chosen from; null where a goal is plainly out of reach. */
function takeApart(
  goals: readonly Goal[],
): { readonly atoms: readonly Goal<Atom>[]; readonly choices: readonly Choice[] } | null {
  const atoms: Goal<Atom>[] = [];
  const choices: Choice[] = [];
  const open = [...goals];
  for (let goal = open.pop(); goal !== undefined; goal = open.pop()) {
    const { formula, holds } = goal;
    if (formula.is === 'atom') atoms.push({ formula, holds });
    else if (formula.is === 'true' || formula.is === 'false') {
      if ((formula.is === 'true') !== holds) return null;
    } else if ((formula.is === 'and') !== holds) choices.push({ formula, holds });
    else for (const part of formula.of) open.push({ formula: part, holds });
  }
  return { atoms, choices };
}

/** What is left of the facts where a condition holds; null where nothing is. */
function narrow(facts: Facts, cases: Cases, among: Among): Facts | null {
  // That a fact is there decides nothing where all facts are.
  if (among === 'known' && cases.as === '') return facts;
  const left = facts.get(cases.fact) ?? { missing: among === 'all', present: new Map() };
  const before = left.present.get(cases.as);
  const canBeOther = cases.canBeOther && among === 'all';
  const entry = {
    other: cases.other && canBeOther && before?.other !== false,
    values: intersect(cases.values, before?.values ?? cases.all),
  };
  const missing = left.missing && cases.missing;
  const present = new Map(left.present).set(cases.as, entry);
  const isThere = [...present.values()].every(({ other, values }) => other || !isEmpty(values));
  if (!missing && !isThere) return null;
  return new Map(facts).set(cases.fact, { missing, present });
}
