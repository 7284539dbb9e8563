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
  /** Where the variable of a fold lies; null where the name is none. */
  readonly slotOf: (name: string) => number | null;
}

/** What a run ends with that costs too much. */
export const costExceeded = celError('operation cancelled: actual cost limit exceeded');

export function charge(frame: Frame, cost: number): void {
  frame.cost += cost;
}

export function isSpent(frame: Frame): boolean {
  return frame.cost > frame.costLimit;
}
