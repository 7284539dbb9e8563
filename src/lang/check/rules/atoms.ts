import type { Span } from '../../../base/span.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import type { Origin } from '../../../ir/program.ts';
import type { Around, Checked } from '../checked.ts';
import { valueSpan } from './rule.ts';

/** Where a part of a condition is written, as a span of the block; its text, wherever that is. */
export function placeOfAtom(
  atom: IrExpr,
  block: Checked,
  key: string,
  program: Around,
): PlacedText {
  return placeOfOrigin(originIn(atom), block, key, program);
}

/** A span of a block, and what is written where it comes from. */
export interface PlacedText {
  readonly span: Span;
  readonly text: string;
}

/** As `placeOfAtom`, of a part of which only the origin is known; the whole condition where not even that is. */
export function placeOfOrigin(
  origin: Origin | null,
  block: Checked,
  key: string,
  { program }: Around,
): PlacedText {
  const whole = valueSpan(block, key);
  const { place } = block.shaped;
  const file = origin === null ? undefined : program.files[origin.file];
  if (origin === null || file === undefined) {
    return { span: whole, text: place.chunk.text.slice(whole.start, whole.end) };
  }
  const { start, end } = origin.span;
  const text = file.source.text.slice(start, end);
  const isHere =
    file === block.file && start >= place.base && end <= place.base + place.chunk.text.length;
  return { span: isHere ? { start: start - place.base, end: end - place.base } : whole, text };
}

function originIn(expr: IrExpr): Origin | null {
  if ('origin' in expr && expr.origin !== undefined) return expr.origin;
  return expr.op === 'not' ? originIn(expr.arg) : null;
}
