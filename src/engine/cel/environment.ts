import type { Expr } from './ast.ts';
import type { Macros } from './macros.ts';
import type { CelProblem } from './source.ts';
import type { CelType } from './types.ts';
import { signature } from './types.ts';
import type { CelValue } from './value.ts';

/** One way to call a function: the types it takes, what it does, and what it costs. */
export interface Overload {
  readonly id: string;
  readonly member: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** Never throws; a failure is a `CelError`. Called with values that fit `args`. */
  readonly run: (args: readonly CelValue[], call: CallContext) => CelValue;
  /** Takes values of any type and decides itself, as operators do that cel-go implements once for all types. */
  readonly generic?: true;
  /** Orders numbers of different types, which cel-go allows only where it has forgotten that it does not. */
  readonly mixed?: true;
  /** In CEL's units; 1 where absent. */
  readonly cost?: (args: readonly CelValue[], result: CelValue) => number;
}

/** What a function of a library may look at beside its arguments: whatever the caller of the program binds. */
export interface CallContext {
  readonly host: unknown;
}

/** Looks for mistakes that types do not show, such as a wrong format string. */
export type Validator = (expr: Expr, typeOf: (expr: Expr) => CelType) => readonly Placed[];
export interface Placed {
  readonly at: number;
  readonly message: string;
}

/** Functions that belong together. */
export interface Library {
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  readonly validators?: readonly Validator[];
  /** By name and number of arguments: `all/3`. */
  readonly macros?: Macros;
}

/** Everything an expression may name. */
export interface Environment {
  readonly variables: ReadonlyMap<string, CelType>;
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  /** Names of types that can be written as values. */
  readonly types: ReadonlyMap<string, CelType>;
  readonly validators: readonly Validator[];
  /** Beside those that are always there. */
  readonly macros: Macros;
}

/** An expression that does not compile, in cel-go's words. */
export interface CompileFailure {
  readonly ok: false;
  readonly message: string;
  readonly problems: readonly CelProblem[];
}

type Run = Overload['run'];
type Cost = NonNullable<Overload['cost']>;

/** A function called as `name(args)`. */
export function global(id: string, types: string, run: Run, cost?: Cost): Overload {
  const { args, result } = signature(types);
  return { id, member: false, args, result, run, ...(cost ? { cost } : {}) };
}

/** A function called as `first.name(rest)`. */
export function member(id: string, types: string, run: Run, cost?: Cost): Overload {
  return { ...global(id, types, run, cost), member: true };
}

/** Puts variables and libraries together; a function of several libraries has the overloads of all. */
export function environment(
  variables: ReadonlyMap<string, CelType>,
  types: ReadonlyMap<string, CelType>,
  libraries: readonly Library[],
): Environment {
  const functions = new Map<string, readonly Overload[]>();
  for (const library of libraries) {
    for (const [name, overloads] of library.functions) {
      functions.set(name, [...(functions.get(name) ?? []), ...overloads]);
    }
  }
  const validators = libraries.flatMap((library) => library.validators ?? []);
  const macros = new Map(libraries.flatMap((library) => [...(library.macros ?? [])]));
  return { variables, functions, types, validators, macros };
}
