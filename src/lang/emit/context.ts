import type { IrDecl, Origin } from '../../ir/program.ts';
import type { Checked, CheckedProgram } from '../check/checked.ts';
import type { Session } from '../check/session.ts';
import { inFile } from '../place.ts';
import type { Construct } from '../schema/constructs.ts';

/** What emitters share. */
export interface EmitContext {
  readonly checked: CheckedProgram;
  readonly session: Session;
  /** Whether templates are written without guards (`--plain-templates`). */
  readonly plainTemplates: boolean;
  /** Index of a file that was read besides the sources, such as a manifest. */
  readonly indexOf: (uri: string, text: string) => number;
}

/** Blocks that stand inside others and are emitted with them. */
type Inner =
  | 'group'
  | 'musthave'
  | 'mustonlyhave'
  | 'mustnothave'
  | 'config'
  | 'operator'
  | 'certificate'
  | 'template'
  | 'check'
  | 'rego'
  | 'exclude'
  | 'track'
  | 'install'
  | 'cluster'
  | 'simulate'
  | 'at'
  | 'on'
  | 'object';
export type Outer = Exclude<Construct, Inner>;
/** Blocks that are emitted with what others say, or with files; what is wrong there is found only then. */
export const reporting = ['policy', 'app', 'addon'] as const;
export type Reporting = (typeof reporting)[number];
/** The stage by construct. A table that lacks a construct does not compile. */
export type Emitters = {
  readonly [C in Reporting]: (block: Checked<C>, context: EmitContext) => readonly IrDecl[];
} & { readonly [C in Exclude<Outer, Reporting>]: (block: Checked<C>) => readonly IrDecl[] };

/** Where a block stands. */
export function originOf({ shaped, file }: Checked): Origin {
  const { start } = shaped.head.span;
  return { file: file.index, span: inFile(shaped.place, { start, end: shaped.body.span.end }) };
}
