import type { Json } from '../../base/json.ts';
import type { Span } from '../../base/span.ts';
import type { IrSource } from '../../ir/expr.ts';
import type { ObjectKind } from '../bind/kinds.ts';
import type {
  AnySymbol,
  BindingSymbol,
  FunctionSymbol,
  KindSymbol,
  Program,
  TypeSymbol,
} from '../bind/program.ts';
import { type DiagnosticCode, type Problem, problem } from '../diagnostics.ts';
import { depthOf, scalarText, sizeOf, type Value } from '../fold/value.ts';
import type { Place, Reporter } from '../place.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Workspace } from '../workspace.ts';
import type { Context } from './context.ts';
import type { GroupQuestion } from './groups.ts';
import { type Type, typeDepth } from './type.ts';
import { broken, type Typed } from './typed.ts';

/** Steps one compilation may take: nodes looked at, loops and inlined functions counted each time. */
export const maxSteps = 2_000_000;
/** Nodes and nesting one expression of the IR may have. */
export const maxWeight = 100_000;
export const maxDepth = 200;
/** Scalars, lists and records one value may have when it is written out. */
export const maxSize = 200_000;
/** How deep the checker goes: expressions within each other, and what they depend on. */
export const maxRecursion = 400;

/** What a function is, found once: its body is evaluated anew for each call. */
export interface FunctionInfo {
  readonly formals: readonly { readonly name: string; readonly type: Type }[];
  readonly result: Type;
  /** Whether it may be called only where `cluster` is in scope (Rule 28). */
  readonly usesCluster: boolean;
  /** False where its declaration has mistakes: calls of it then say nothing more. */
  readonly sound: boolean;
}

/** An attribute of the fleet. */
export interface Attribute {
  readonly name: string;
  readonly type: Type;
  readonly source: IrSource;
  readonly presence: 'required' | 'optional' | 'defaulted';
  readonly fallback: Value | undefined;
  readonly place: Place;
  readonly span: Span;
}

/** Who refers to what: for definitions, references and rename. */
export interface ReferenceFact {
  readonly place: Place;
  readonly span: Span;
  readonly to: AnySymbol | Attribute;
}

/** A report that was kept back. */
export interface Held {
  readonly place: Place;
  readonly found: Problem;
  readonly iteration: string | undefined;
}

/** What the parts of the checker share. The functions are those of the whole checker, so that its files need not import each other. */
export interface Session extends Reporter {
  readonly program: Program;
  readonly workspace: Workspace;
  /** Values of parameters, by `name` or `alias.name`. */
  readonly params: ReadonlyMap<string, Json>;
  readonly types: Map<Expr, Type>;
  readonly references: ReferenceFact[];
  readonly budget: { left: number; depth: number; exhausted: boolean };

  /** Types an expression and folds what is known; `expected` decides what bare words and literals mean. */
  readonly elaborate: (expr: Expr, expected: Type | null, context: Context) => Typed;
  readonly bindingOf: (symbol: BindingSymbol) => Typed;
  readonly functionOf: (symbol: FunctionSymbol) => FunctionInfo;
  readonly typeOf: (symbol: TypeSymbol) => Type;
  readonly kindOf: (symbol: KindSymbol) => ObjectKind | null;
  readonly attributeOf: (name: string) => Attribute | null;
  /** Whether some placement of a module has a group of that name. */
  readonly hasGroup: (question: GroupQuestion) => boolean;
  /** Runs something and keeps back what it reports. */
  readonly hold: (run: () => void) => readonly Held[];
  readonly attributeNames: () => readonly string[];
  /** Does one step of a check, or takes what it came to the last time where nothing it looked at has changed. */
  readonly keep: Keep;
  /** Takes note of the answers steps get: where one is another in the next check, the step is done anew. */
  readonly trace: Trace;
}

/** A question by its name, which is asked anew of each check. */
export type Trace = <K, V>(question: string, answer: (key: K) => V) => (key: K) => V;

/** `key` is what the step is about; steps of different names do not meet. */
export type Keep = <K extends object, T>(
  step: 'shape' | 'unroll' | 'check' | 'rules' | 'emit',
  key: K,
  run: (key: K) => T,
) => T;

// What depends on the values of a call, and is therefore said at the call.
const valueCodes: ReadonlySet<DiagnosticCode> = new Set(['OCM2024', 'OCM2036', 'OCM2201']);

/** Reports a problem of an expression: within the body of a called function, what depends on the call, at the call. */
export function complain(session: Session, context: Context, found: Problem): Typed {
  const { call, place, dead } = context;
  const iteration = iterationOf(context);
  if (dead && found.code === 'OCM2024') return broken;
  if (call === null) session.report(place, found, iteration);
  else if (valueCodes.has(found.code)) {
    session.report(call.place, { ...found, span: call.span, fixes: [] }, iteration);
  }
  return broken;
}

function iterationOf({ locals }: Context): string | undefined {
  const values: string[] = [];
  for (let local = locals; local !== null; local = local.outer) {
    if (local.iterates !== true || !local.typed.known) continue;
    values.unshift(`${local.name} = ${shown(local.typed.value)}`);
  }
  return values.length === 0 ? undefined : values.join(', ');
}

function shown(value: Value | undefined): string {
  const text = value === undefined ? null : scalarText(value);
  return text === null ? '…' : typeof value === 'string' ? JSON.stringify(text) : text;
}

/** Takes steps off the account; says so once when it is used up. False from then on. */
export function spend(session: Session, context: Context, span: Span, steps: number): boolean {
  const { budget } = session;
  budget.left -= steps;
  if (budget.left >= 0) return true;
  if (!budget.exhausted) {
    budget.exhausted = true;
    const limit = `${maxSteps} steps of evaluation`;
    complain(session, context, problem('OCM2036', span, { limit }));
  }
  return false;
}

/**
 * Whether there is room to guess what a misspelt word means, which `size` names are compared with. Guesses take half of
 * the account at most: a file of nothing but misspelt words has its errors, the later ones without advice.
 */
export function mayGuess({ budget }: Session, size: number): boolean {
  if (budget.left < maxSteps / 2) return false;
  budget.left -= size;
  return true;
}

/** Goes one level deeper to do something; says so once where that is too deep, and gives `lost`. */
export function deeper<T>(
  session: Session,
  context: Context,
  span: Span,
  work: { readonly run: () => T; readonly lost: T },
): T {
  const { budget } = session;
  if (budget.depth >= maxRecursion) {
    const limit = `${maxRecursion} levels of what depends on each other`;
    complain(session, context, problem('OCM2036', span, { limit }));
    return work.lost;
  }
  budget.depth += 1;
  const result = work.run();
  budget.depth -= 1;
  return result;
}

/** Refuses a value or type that declarations made too deep: everything after this recurses on it. */
export function boundedDepth(session: Session, context: Context, span: Span, typed: Typed): Typed {
  const isDeep =
    typeDepth(typed.type) > maxDepth ||
    (typed.known && typed.value !== undefined && depthOf(typed.value) > maxDepth);
  if (!isDeep) return typed;
  return complain(session, context, problem('OCM2036', span, { limit: `${maxDepth} levels` }));
}

/** Refuses a value that is small only because its parts are shared, and counts the larger ones as work for all who use them. */
export function boundedSize(session: Session, context: Context, span: Span, typed: Typed): Typed {
  if (!typed.known || typeof typed.value !== 'object' || typed.value === null) return typed;
  const size = sizeOf(typed.value);
  if (size > maxSize) {
    const limit = `${maxSize} parts in one value`;
    return complain(session, context, problem('OCM2036', span, { limit }));
  }
  return spend(session, context, span, size >> 6) ? typed : broken;
}

/** Refuses an expression that inlined functions made too large. */
export function bounded(session: Session, context: Context, span: Span, typed: Typed): Typed {
  if (typed.known || (typed.weight <= maxWeight && typed.depth <= maxDepth)) return typed;
  const limit =
    typed.depth > maxDepth ? `${maxDepth} levels` : `${maxWeight} nodes in one expression`;
  return complain(session, context, problem('OCM2036', span, { limit }));
}

/** Notes that a word refers to something. */
export function refer(
  session: Session,
  context: Context,
  span: Span,
  to: ReferenceFact['to'],
): void {
  if (context.call === null) session.references.push({ place: context.place, span, to });
}
