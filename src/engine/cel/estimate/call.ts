import type { Expr } from '../ast.ts';
import type { Overload } from '../environment.ts';
import type { CelType } from '../types.ts';
import type { Size } from './size.ts';

/** What an estimate knows of one argument of a call. */
export interface Argument {
  readonly expr: Expr;
  readonly type: CelType;
  readonly size: Size;
  /** Of its elements, where it is a list. */
  readonly elementSize: () => Size;
}

/** A call of one overload of a function. */
export interface EstimatedCall {
  /** With its namespace: `sets.contains`. */
  readonly name: string;
  readonly overload: Overload;
  /** What a method is called on. */
  readonly target: Argument | null;
  readonly args: readonly Argument[];
}

/** The most a call may cost beside its arguments, and how large its result may be, where that is known. */
export interface CallEstimate {
  readonly cost: number;
  readonly size?: Size;
}
