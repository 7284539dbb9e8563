import type { Place } from '../place.ts';
import type { Construct, KeyOf } from '../schema/constructs.ts';
import type {
  BodyNode,
  Expr,
  ForHead,
  LabelNode,
  NoteNode,
  PropertyNode,
  Word,
} from '../syntax/ast.ts';

/** A block that its schema has accepted: known keys are fields, unknown ones were reported, absent ones are null. */
export interface Shaped<C extends Construct = Construct> {
  readonly construct: C;
  readonly place: Place;
  readonly head: Word;
  /** In the order of the schema; null where one is missing. */
  readonly labels: readonly (LabelNode | null)[];
  readonly keys: Keys<C>;
  readonly body: BodyNode;
  readonly children: readonly Child[];
  readonly notes: readonly NoteNode[];
  /** The doc comment before it, in Markdown. */
  readonly doc: string | null;
}

export type Keys<C extends Construct> = { readonly [K in KeyOf<C>]: PropertyNode | null };

/** What stands among the keys of a block: blocks, and loops and branches around them. */
export type Child =
  | { readonly child: 'block'; readonly block: Shaped }
  | { readonly child: 'for'; readonly head: ForHead; readonly children: readonly Child[] }
  | {
      readonly child: 'if';
      readonly test: Expr;
      readonly yes: readonly Child[];
      readonly no: readonly Child[];
    };
