import type { ObjectKind } from '../bind/kinds.ts';
import type { BlockSymbol, ModuleFile, Program } from '../bind/program.ts';
import type { Construct, KeyOf } from '../schema/constructs.ts';
import type { Shaped } from '../shape/decl.ts';
import type { Context } from './context.ts';
import type { Typed } from './typed.ts';

/** A block whose keys were typed and folded; what was reported is null, like what is absent. */
export interface Checked<C extends Construct = Construct> {
  readonly construct: C;
  readonly shaped: Shaped<C>;
  readonly file: ModuleFile;
  readonly context: Context;
  /** Of the emitted object; empty where it has none. */
  readonly name: string;
  readonly namespace: string;
  readonly values: Values<C>;
  /** Of a block that describes an object. */
  readonly kind: ObjectKind | null;
  /** The body of such a block: a record, known or not. */
  readonly manifest: Typed | null;
  readonly children: readonly Checked[];
}
export type Values<C extends Construct> = { readonly [K in KeyOf<C>]: Typed | null };

/** Everything the rules and the emitters look at. */
export interface CheckedProgram {
  readonly program: Program;
  /** Blocks of the root module, in the order of their files. */
  readonly blocks: readonly Checked[];
  /** Of all modules: which sets are bound to which namespace. */
  readonly namespaces: readonly Checked<'namespace'>[];
  /** A block something refers to, also of an imported module. */
  readonly blockOf: (symbol: BlockSymbol) => Checked | null;
}

/** Whether a block is one of a construct. */
export function isOf<C extends Construct>(block: Checked, construct: C): block is Checked<C> {
  return (block.construct as string) === construct;
}

/** The blocks of a construct. */
export function blocksOf<C extends Construct>(
  blocks: readonly Checked[],
  construct: C,
): readonly Checked<C>[] {
  return blocks.filter((block): block is Checked<C> => isOf(block, construct));
}
