import type { Expr } from './ast.ts';
import type { Checked } from './check.ts';
import type { CelValue } from './value.ts';
import { celError } from './value.ts';

/** One run of a program: what names stand for, and what it has cost so far. */
export interface Frame {
  /** Variables of folds, by the place the planner gave them. */
  readonly slots: CelValue[];
  readonly variables: ReadonlyMap<string, CelValue>;
  /** What functions of libraries may ask. */
  readonly host: unknown;
  cost: number;
  readonly costLimit: number;
}

/** Something that runs. A failure is a value too. */
export type Plan = (frame: Frame) => CelValue;

/** What the parts of the planner need of each other. */
export interface Planner {
  readonly checked: Checked;
  readonly plan: (expr: Expr) => Plan;
  /** What a variable of a fold is bound to; null where the name is none. */
  readonly boundTo: (name: string) => Bound | null;
}

/** Where the variable of a fold lies, and how it comes by its value when it is read first. */
export interface Bound {
  readonly slot: number;
  readonly init: Plan | null;
}

/** The value of a variable nobody has read yet. */
export const pending = celError('not evaluated yet');

/** What a run ends with that costs too much. */
export const costExceeded = celError('operation cancelled: actual cost limit exceeded');

export function charge(frame: Frame, cost: number): void {
  frame.cost += cost;
}

export function isSpent(frame: Frame): boolean {
  return frame.cost > frame.costLimit;
}
