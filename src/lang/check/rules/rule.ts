import type { Span } from '../../../base/span.ts';
import type { Problem } from '../../diagnostics.ts';
import type { Construct } from '../../schema/constructs.ts';
import type { PropertyNode } from '../../syntax/ast.ts';
import type { Around, Checked, CheckedProgram } from '../checked.ts';
import { complain, type Session } from '../session.ts';

/** One check of blocks together: it reports to the session. */
export type ProgramRule = (program: CheckedProgram, session: Session) => void;

/**
 * One check of a block at the top of a file, with what is in it. It looks at the rest of the program only by asking for
 * it: after an edit it is checked again where the block or an answer is another.
 */
export type BlockRule<C extends Construct = Construct> = (
  block: Checked<C>,
  session: Session,
  program: Around,
) => void;

/** Reports a problem of a block. */
export function reportOn(
  block: Pick<Checked, 'context' | 'shaped'>,
  found: Problem,
  session: Session,
): void {
  complain(session, { ...block.context, place: block.shaped.place }, found);
}

/** Where a key of a block is written; its value, or the head of the block where it is absent. */
export function keySpan(block: Pick<Checked, 'shaped'>, key: string): Span {
  const item = block.shaped.keys[key as never] as PropertyNode | null | undefined;
  return item?.key.span ?? block.shaped.head.span;
}

/** Where the value of a key is written. */
export function valueSpan(block: Pick<Checked, 'shaped'>, key: string): Span {
  const item = block.shaped.keys[key as never] as PropertyNode | null | undefined;
  return item?.value.span ?? block.shaped.head.span;
}

/** Where an element of the list of a key is written; the whole value where it is no list, or was made by a loop. */
export function elementSpan(block: Pick<Checked, 'shaped'>, key: string, index: number): Span {
  const item = block.shaped.keys[key as never] as PropertyNode | null | undefined;
  const list = item?.value.kind === 'list' ? item.value.elements : [];
  const element = list.some(({ kind }) => kind === 'forElement' || kind === 'spread')
    ? undefined
    : list[index];
  return element?.span ?? valueSpan(block, key);
}

/** Where a block has its name. */
export function nameSpan({ shaped }: Pick<Checked, 'shaped'>): Span {
  return shaped.labels.findLast((label) => label !== null)?.span ?? shaped.head.span;
}
