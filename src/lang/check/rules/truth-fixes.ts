import type { Span } from '../../../base/span.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import type { Fix } from '../../diagnostics.ts';
import { areJoined, leaveOut } from './leave-out.ts';
import type { Finding } from './truth-findings.ts';

/** A part of a condition, where and as it is written. */
export interface Placed {
  readonly expr: IrExpr;
  readonly span: Span;
  readonly text: string;
}

/** `x == a && x == b` as it was meant: `x in [a, b]`; `x != a || x != b`: `x not in [a, b]`. */
export function inOne(
  placed: readonly Placed[],
  is: Finding['is'],
  source: string,
): readonly Fix[] {
  const [first, second] = placed;
  if (first === undefined || second === undefined || placed.length > 2) return [];
  const sign = is === 'never' ? '==' : '!=';
  if (!areJoined(source, first.span, second.span)) return [];
  const [one, other] = [first, second].map(({ expr, text }) =>
    expr.op === 'compare' && expr.by === sign ? text.split(sign).map((side) => side.trim()) : [],
  );
  if (one?.length !== 2 || other?.length !== 2 || one[0] !== other[0]) return [];
  const text = `${one[0]} ${is === 'never' ? 'in' : 'not in'} [${one[1]}, ${other[1]}]`;
  const span = { start: first.span.start, end: second.span.end };
  return [{ title: `write \`${text}\``, edits: [{ span, text }] }];
}

/** The condition left out, where it changes nothing and stands beside another. */
export function without(
  [found]: readonly Placed[],
  neighbour: { readonly span: Span } | null,
  source: string,
): readonly Fix[] {
  if (found === undefined || neighbour === null) return [];
  const edit = leaveOut(source, found.span, neighbour.span);
  return edit === null ? [] : [{ title: `leave out ${quoted(found)}`, edits: [edit] }];
}

const longest = 80;

/** A text as a message has room for it. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('`', "'");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** The same in quotes. */
export function quoted({ text }: Pick<Placed, 'text'>): string {
  return `\`${shortened(text)}\``;
}
