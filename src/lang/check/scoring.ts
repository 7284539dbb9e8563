import type { Json } from '../../base/json.ts';
import { problem } from '../diagnostics.ts';
import { type Fields, fromJson, type List, type Value } from '../fold/value.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { complain, type Session } from './session.ts';
import { int, isScalar, required, typeText } from './type.ts';
import { broken, isBroken, known, type Typed } from './typed.ts';
import { didYouMean } from './words.ts';

/** Built-in scores, with what upstream calls them (Rule 39). */
export const scores: ReadonlyMap<string, string> = new Map([
  ['steady', 'Steady'],
  ['balance', 'Balance'],
  ['allocatableCPU', 'ResourceAllocatableCPU'],
  ['allocatableMemory', 'ResourceAllocatableMemory'],
  ['scatter', 'Scatter'],
]);

/** What of a term upstream has no name for: computed by our engine. */
interface Computed {
  readonly expr: Value;
  readonly weight: bigint;
}

interface Sum {
  readonly computed: Computed[];
  /** Weights by `BuiltIn/name` or `AddOn/resource/score`. */
  readonly weights: Map<string, bigint>;
  hasDefault: boolean;
}

/**
 * `default + 3 * cluster.cpuFree`: a sum of scores with whole weights (Rule 39). Its value is a record: `default`,
 * and `terms`, a list of `{ score, weight }`, or for what is computed `{ expr, weight }`, the expression as JSON.
 */
export function elaborateScoring(expr: Expr, context: Context, session: Session): Typed {
  const sum: Sum = { weights: new Map(), computed: [], hasDefault: false };
  if (!addTerms(expr, 1n, sum, context, session)) return broken;
  for (const [score, weight] of sum.weights) {
    // With less than nothing for what is decided already, the choice would flip for ever.
    const least = score === 'BuiltIn/Steady' ? 0n : -10n;
    if (weight >= least && weight <= 10n) continue;
    const params = {
      what: `the weight ${weight} of \`${wordOf(score)}\``,
      range: `from ${least} to 10`,
    };
    return complain(session, context, problem('OCM2013', expr.span, params));
  }
  const heavy = sum.computed.find(({ weight }) => weight < -10n || weight > 10n);
  if (heavy !== undefined) {
    const params = { what: `the weight ${heavy.weight}`, range: 'from -10 to 10' };
    return complain(session, context, problem('OCM2013', expr.span, params));
  }
  const terms: List = [
    ...[...sum.weights].map(([score, weight]): Fields => fields({ score, weight })),
    ...sum.computed.map(({ expr: computed, weight }) => fields({ expr: computed, weight })),
  ];
  return known({ is: 'scoring' }, fields({ default: sum.hasDefault, terms }));
}

/** A score as the author writes it. */
function wordOf(score: string): string {
  const name = score.slice(score.indexOf('/') + 1);
  const found = [...scores].find(([, upstream]) => upstream === name);
  return found === undefined ? name : found[0];
}

function fields(of: Readonly<Record<string, Value>>): Fields {
  return new Map(Object.entries(of));
}

function addTerms(
  expr: Expr,
  weight: bigint,
  sum: Sum,
  context: Context,
  session: Session,
): boolean {
  if (expr.kind === 'binary' && (expr.op === '+' || expr.op === '-')) {
    const right = expr.op === '+' ? weight : -weight;
    const left = addTerms(expr.left, weight, sum, context, session);
    return addTerms(expr.right, right, sum, context, session) && left;
  }
  if (expr.kind === 'unary' && expr.op === '-') {
    return addTerms(expr.of, -weight, sum, context, session);
  }
  if (expr.kind === 'binary' && expr.op === '*') {
    const [factor, term] = isFactor(expr.left) ? [expr.left, expr.right] : [expr.right, expr.left];
    const typed = session.elaborate(factor, int, { ...context, cluster: false, where: 'a weight' });
    if (isBroken(typed) || !typed.known || typeof typed.value !== 'bigint') return false;
    return addTerms(term, weight * typed.value, sum, context, session);
  }
  return addScore(expr, weight, sum, context, session);
}

/** A weight is a number or the name of one; a score is a word of its own or a member of `cluster`. */
function isFactor(expr: Expr): boolean {
  if (expr.kind === 'unary') return isFactor(expr.of);
  if (expr.kind === 'literal' || expr.kind === 'call') return true;
  return expr.kind === 'name' && !scores.has(expr.name.text) && expr.name.text !== 'default';
}

function addScore(
  expr: Expr,
  weight: bigint,
  sum: Sum,
  context: Context,
  session: Session,
): boolean {
  const add = (score: string, by: bigint): true => {
    sum.weights.set(score, (sum.weights.get(score) ?? 0n) + by);
    return true;
  };
  if (expr.kind === 'name') {
    const { text } = expr.name;
    const builtIn = scores.get(text);
    if (builtIn !== undefined) return add(`BuiltIn/${builtIn}`, weight);
    if (text === 'default') {
      sum.hasDefault = true;
      return add('BuiltIn/Steady', weight) && add('BuiltIn/Balance', weight);
    }
    const near = didYouMean(text, expr.span, [...scores.keys(), 'default']);
    const params = { word: text, expected: 'a score' };
    complain(session, context, problem('OCM2003', expr.span, params, near));
    return false;
  }
  const typed = session.elaborate(expr, null, context);
  if (isBroken(typed)) return false;
  const source = !typed.known && typed.ir.op === 'attribute' ? typed.ir.source : null;
  if (source?.from === 'score') return add(`AddOn/${source.resource}/${source.score}`, weight);
  if (!typed.known && computes.some((type) => isScalar(required(typed.type), type))) {
    const ir = fromJson(typed.ir as unknown as Json);
    if (ir !== undefined) {
      sum.computed.push({ expr: ir, weight });
      return true;
    }
  }
  const found = typeText(typed.type);
  complain(session, context, problem('OCM2004', expr.span, { expected: 'a score', found }));
  return false;
}

/** Types of what our engine counts: a number as it is, a condition that holds as 100. */
const computes = ['bool', 'condition', 'int', 'float', 'score'] as const;
