import type { CelValue } from './value.ts';

/** A node of an expression; `at` is the offset cel-go reports problems of it at. */
export type Expr =
  | { readonly kind: 'literal'; readonly at: number; readonly value: CelValue }
  | { readonly kind: 'ident'; readonly at: number; readonly name: string }
  | Select
  | Call
  | {
      readonly kind: 'list';
      readonly at: number;
      readonly elements: readonly Expr[];
      /** Indexes of elements written `?x`. */
      readonly optional: ReadonlySet<number>;
    }
  | { readonly kind: 'map'; readonly at: number; readonly entries: readonly MapEntry[] }
  | {
      readonly kind: 'struct';
      readonly at: number;
      readonly name: string;
      readonly fields: readonly Expr[];
    }
  | Comprehension
  /** Where the text was not understood; a problem stands beside it. */
  | { readonly kind: 'unknown'; readonly at: number };

export interface Select {
  readonly kind: 'select';
  readonly at: number;
  readonly operand: Expr;
  readonly field: string;
  /** `has(a.b)` asks whether the field is there. */
  readonly test: boolean;
}
export interface Call {
  readonly kind: 'call';
  readonly at: number;
  readonly name: string;
  /** What a method is called on. */
  readonly target: Expr | null;
  readonly args: readonly Expr[];
}
export interface MapEntry {
  readonly at: number;
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}
/** What macros are made of: a fold over a list or a map. */
export interface Comprehension {
  readonly kind: 'comprehension';
  readonly at: number;
  readonly range: Expr;
  readonly item: string;
  /** The element, where `item` is its index or key. */
  readonly item2?: string;
  readonly accumulator: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** Names of operators where they are called like functions. */
export const operators = {
  conditional: '_?_:_',
  and: '_&&_',
  or: '_||_',
  not: '!_',
  equals: '_==_',
  notEquals: '_!=_',
  less: '_<_',
  lessEquals: '_<=_',
  greater: '_>_',
  greaterEquals: '_>=_',
  in: '@in',
  add: '_+_',
  subtract: '_-_',
  multiply: '_*_',
  divide: '_/_',
  modulo: '_%_',
  negate: '-_',
  index: '_[_]',
  optIndex: '_[?_]',
  optSelect: '_?._',
  notStrictlyFalse: '@not_strictly_false',
  insert: 'cel.@mapInsert',
} as const;

export function literal(at: number, value: CelValue): Expr {
  return { kind: 'literal', at, value };
}

export function ident(at: number, name: string): Expr {
  return { kind: 'ident', at, name };
}

export function call(at: number, name: string, ...args: readonly Expr[]): Call {
  return { kind: 'call', at, name, target: null, args };
}

export function memberCall(at: number, target: Expr, name: string, args: readonly Expr[]): Call {
  return { kind: 'call', at, name, target, args };
}
