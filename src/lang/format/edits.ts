import type { Span } from '../../base/span.ts';
import type { Edit } from '../diagnostics.ts';
import { parseModule, type SourceUnit } from '../syntax/parse.ts';
import { formatModule } from './format.ts';
import { inOrder } from './lexemes.ts';

/**
 * What formatting changes, as edits between tokens, so that an editor keeps its cursor, folds and marks. With a range,
 * only the declarations it touches are formatted. Ordered, none touches another.
 */
export function formatEdits(source: string | SourceUnit, range?: Span): readonly Edit[] {
  const unit = typeof source === 'string' ? parseModule(source) : source;
  const { text } = formatModule(unit);
  if (text === unit.text) return [];
  const edits = editsBetween(unit.text, text);
  if (range === undefined) return edits;
  const touched = unit.chunks
    .map(({ start, chunk }) => ({ start, end: start + chunk.text.length }))
    .filter(({ start, end }) => {
      const isBefore = start < range.end || start === range.start;
      return isBefore && (range.start < end || end === unit.text.length);
    });
  return edits.filter(({ span }) =>
    touched.some(({ start, end }) => start <= span.start && span.end <= end),
  );
}

/** Applies ordered edits that do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: instead } of edits) {
    result += text.slice(at, span.start) + instead;
    at = span.end;
  }
  return result + text.slice(at);
}

interface Part {
  readonly start: number;
  readonly end: number;
}

/** The edits that make one text of another which differs from it in blanks, line ends and commas only. */
export function editsBetween(before: string, after: string): readonly Edit[] {
  const old = partsOf(before);
  const fresh = partsOf(after);
  if (old.length !== fresh.length) {
    return [{ span: { start: 0, end: before.length }, text: after }];
  }
  const edits: Edit[] = [];
  for (const [index, { start, end }] of old.entries()) {
    const part = fresh[index] ?? { start: 0, end: 0 };
    const text = after.slice(part.start, part.end);
    if (before.slice(start, end) === text) continue;
    const last = edits.at(-1);
    if (last !== undefined && last.span.end === start) edits.pop();
    const joined = last !== undefined && last.span.end === start ? last : null;
    edits.push({
      span: { start: joined?.span.start ?? start, end },
      text: (joined?.text ?? '') + text,
    });
  }
  return edits;
}

/** A text as tokens and comments, and what is between them; commas come and go, and are part of that. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { text: image, at } of inOrder(text)) {
    if (image === ',') continue;
    parts.push({ start: end, end: at }, { start: at, end: at + image.length });
    end = at + image.length;
  }
  return [...parts, { start: end, end: text.length }];
}
