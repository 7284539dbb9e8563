import type { IrExpr } from '../../ir/expr.ts';
import type { ObjectKind } from '../bind/kinds.ts';
import type { BlockSymbol, ModuleFile, Program } from '../bind/program.ts';
import type { Value } from '../fold/value.ts';
import type { Construct, KeyOf } from '../schema/constructs.ts';
import type { Shaped } from '../shape/decl.ts';
import type { Context } from './context.ts';
import type { Loop } from './loops.ts';
import type { NoteValues } from './note-values.ts';
import type { Residual, Typed } from './typed.ts';

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
  /** What its label refers to, where that is a block (`install eu-web`). */
  readonly reference: Value | null;
  /** Of a block that describes or looks at an object. */
  readonly kind: ObjectKind | null;
  /** The body of such a block: a record, known or not. */
  readonly manifest: Typed | null;
  /** What its notes say. */
  readonly noted: NoteValues;
  /** Its name, where that is found when its template is resolved; `name` is empty then. */
  readonly lateName: Residual | null;
  /** The loops and branches around it that are carried out then, from outside in. */
  readonly within: readonly Within[];
  readonly children: readonly Checked[];
}
/** One side of a loop or branch among blocks, which the blocks in it share. */
export interface Within {
  readonly frame:
    | ({ readonly is: 'for' } & Pick<
        Extract<Loop, { known: false }>,
        'variables' | 'over' | 'test'
      >)
    | { readonly is: 'if'; readonly test: IrExpr };
  /** False for `else`. */
  readonly side: boolean;
}
export type Values<C extends Construct> = { readonly [K in KeyOf<C>]: Typed | null };

/** What is around a block: it is asked for, so that the answers are known which something was found out with. */
export interface Around {
  readonly program: Program;
  /** A block something refers to, also of an imported module. */
  readonly blockOf: (symbol: BlockSymbol) => Checked | null;
  /** Whether some module binds a set to a namespace, by the `blockKey` of both. */
  readonly isBound: (key: string) => boolean;
}

/** Everything the rules and the emitters look at. */
export interface CheckedProgram extends Around {
  /** Blocks of the root module, in the order of their files. */
  readonly blocks: readonly Checked[];
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
