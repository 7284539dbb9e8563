import type { IrExpr } from '../../ir/expr.ts';
import { toJson, type Value } from '../fold/value.ts';
import { irTypeOf, type Type, unknown } from './type.ts';

/** An expression whose value is known while compiling; `undefined` is a value that is missing (Rule 29). */
export interface Known {
  readonly known: true;
  readonly type: Type;
  readonly value: Value | undefined;
}
/** An expression that needs facts about a cluster: what is left of it after constants were folded. */
export interface Residual {
  readonly known: false;
  readonly type: Type;
  readonly ir: IrExpr;
  /** Nodes and nesting of `ir`, which inlined functions may multiply. */
  readonly weight: number;
  readonly depth: number;
}
export type Typed = Known | Residual;

export function known(type: Type, value: Value | undefined): Known {
  return { known: true, type, value };
}

/** A residual expression made of parts. */
export function residual(type: Type, ir: IrExpr, parts: readonly Typed[] = []): Residual {
  let weight = 1;
  let depth = 0;
  for (const part of parts) {
    weight += part.known ? 1 : part.weight;
    depth = Math.max(depth, part.known ? 1 : part.depth);
  }
  return { known: false, type, ir, weight, depth: depth + 1 };
}

/** What was reported already. */
export const broken: Typed = { known: true, type: unknown, value: null };
export function isBroken({ type }: Typed): boolean {
  return type.is === 'unknown';
}

/** The same expression with another type. */
export function retyped(of: Typed, type: Type): Typed {
  return of.type === type ? of : { ...of, type };
}

/** The expression as IR; a value that is missing has none, and is written as the member of an empty record. */
export function irOf(of: Typed): IrExpr {
  if (!of.known) return of.ir;
  if (of.value === undefined) return missingIr;
  return { op: 'const', type: irTypeOf(of.type), value: toJson(of.value) };
}

const missingIr: IrExpr = {
  op: 'member',
  of: { op: 'const', type: 'json', value: {} },
  name: 'missing',
};
