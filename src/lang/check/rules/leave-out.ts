import type { Span } from '../../../base/span.ts';
import type { Edit } from '../../diagnostics.ts';

/** Whether nothing but `&&` or `||` stands between two places of a text. */
export function areJoined(text: string, first: Span, second: Span): boolean {
  return /^\s*(?:&&|\|\|)\s*$/.test(text.slice(first.end, second.start));
}

/** Leaves out a condition, and what joins it to the one beside it; null where more stands between them. */
export function leaveOut(text: string, span: Span, beside: Span): Edit | null {
  if (areJoined(text, beside, span))
    return { span: { start: beside.end, end: span.end }, text: '' };
  if (!areJoined(text, span, beside)) return null;
  return { span: { start: span.start, end: beside.start }, text: '' };
}
