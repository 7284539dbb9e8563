import type { Gap } from './grammar.ts';
import { Arrow, Name, type Token } from './tokens.ts';

/** The index of the parameter of a lambda that stands where none may (Rule 7): the parser stopped at its arrow. -1 if none. */
export function misplacedLambda(gaps: readonly Gap[], tokens: readonly Token[]): number {
  const stops = new Set(gaps.map(({ at }) => at));
  const arrow = tokens.findIndex(
    ({ tokenType, startOffset }, index) =>
      tokenType === Arrow && tokens[index - 1]?.tokenType === Name && stopsAt(startOffset, index),
  );
  return arrow < 0 ? -1 : arrow - 1;

  // A gap is where the token is, or where the one before it ends.
  function stopsAt(start: number, index: number): boolean {
    const before = tokens[index - 1];
    return (
      stops.has(start) ||
      (before !== undefined && stops.has(before.startOffset + before.image.length))
    );
  }
}
