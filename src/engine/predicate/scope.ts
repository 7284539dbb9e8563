import type { Instant } from '../../base/instant.ts';
import type { IrExpr } from '../../ir/expr.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import type { Lookups } from './lookup.ts';
import type { Missing, Value } from './value.ts';
import { missing } from './value.ts';

/** `upstream` reproduces upstream's faults where our own way is better (ADR: compat). */
export type Compat = 'native' | 'upstream';

/** What an expression may look at. */
export interface Scope {
  /** Null where the expression is not about a cluster: every attribute is then missing. */
  readonly cluster: ClusterFacts | null;
  /** Add-on scores are absent after the end of their validity. */
  readonly now: Instant;
  readonly compat: Compat;
  /** What is known of objects that are looked up; where absent, every lookup is refused. */
  readonly lookups?: Lookups;
}

/** Names bound by lambdas and loops, innermost first. */
export interface Binding {
  readonly name: string;
  readonly value: Value;
  readonly outer: Binding | null;
}

/** One evaluation: its scope, and how much it may still cost. */
export interface Run {
  readonly scope: Scope;
  /** Evaluates one node of the expression: what loops and lambdas call for their bodies. */
  readonly evaluate: Evaluate;
  stepsLeft: number;
  depth: number;
  /** A lookup that fails the whole evaluation. */
  stopped: Missing | null;
  /** Whether a Secret was read: no message may then quote a value. */
  secret: boolean;
}

export type Evaluate = (expr: IrExpr, on: Run, bound: Binding | null) => Value | Missing;

/** Steps one expression may take on one cluster: nodes visited, items looped over, sixteenths of texts made. */
export const maxSteps = 1_000_000;

/** Nesting of expressions that is still evaluated. */
export const maxExprDepth = 500;

export function startRun(scope: Scope, evaluate: Evaluate): Run {
  return { scope, evaluate, stepsLeft: maxSteps, depth: 0, stopped: null, secret: false };
}

/** Takes steps off the account of a run; false when it is used up. */
export function spend(run: Run, steps: number): boolean {
  run.stepsLeft -= steps;
  return run.stepsLeft >= 0;
}

/** What an evaluation gives that was too long or nested too deeply. */
export function costExceeded(): Missing {
  return missing('CostExceeded', 'the expression');
}
