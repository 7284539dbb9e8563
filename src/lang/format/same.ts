import type { SourceUnit } from '../syntax/parse.ts';

/** Whether two files say the same: equal trees but for places, and the same comments in the same order. */
export function saysTheSame(left: SourceUnit, right: SourceUnit): boolean {
  return (
    sameNodes(
      left.chunks.flatMap(({ chunk }) => chunk.decls),
      right.chunks.flatMap(({ chunk }) => chunk.decls),
    ) && sameNodes(commentsOf(left), commentsOf(right))
  );
}

function commentsOf({ chunks }: SourceUnit): readonly string[] {
  return chunks.flatMap(({ chunk }) => chunk.trivia.map(({ text }) => text.trimEnd()));
}

/** Trees are bounded (`limits.depth`), and so is the recursion. */
function sameNodes(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) return Array.isArray(right) && sameLists(left, right);
  return isRecord(left) && isRecord(right) && sameRecords(left, right);
}

function sameLists(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((each, i) => sameNodes(each, right[i]));
}

type Fields = Readonly<Record<string, unknown>>;

function sameRecords(left: Fields, right: Fields): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => {
      const [mine, other] = [left[key], right[key]];
      // `at` is the place of an operator, and the expression of an index.
      if (key === 'span' || (key === 'at' && isPlace(mine) && isPlace(other))) return true;
      return sameNodes(mine, other);
    })
  );
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isPlace(value: unknown): boolean {
  return isRecord(value) && 'start' in value;
}
