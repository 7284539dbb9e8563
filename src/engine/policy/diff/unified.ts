import { groupedChanges } from './match.ts';

/** One side of a comparison: what it is called, and its text. */
export interface Side {
  readonly title: string;
  readonly text: string;
}

/** A unified diff as Python's difflib writes it (and Go's port of it): empty where the texts are the same. */
export function unifiedDiff({
  from,
  to,
  context,
}: {
  readonly from: Side;
  readonly to: Side;
  readonly context: number;
}): string {
  const [a, b] = [linesOf(from.text), linesOf(to.text)];
  const groups = groupedChanges(a, b, context);
  if (groups.length === 0) return '';
  const pieces = [`--- ${from.title}\n+++ ${to.title}\n`];
  for (const group of groups) {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) continue;
    pieces.push(`@@ -${range(first.a, last.aEnd)} +${range(first.b, last.bEnd)} @@\n`);
    for (const change of group) {
      const [old, now] = [a.slice(change.a, change.aEnd), b.slice(change.b, change.bEnd)];
      if (change.is === 'equal') pieces.push(...old.map((line) => ` ${line}`));
      else pieces.push(...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`));
    }
  }
  return pieces.join('');
}

// Each line keeps its end; what comes after the last one is a line too, and gets an end.
function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => `${line}\n`);
}

function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}
