import { applyEdits, editsBetween } from '../../lang/format/edits.ts';

const around = 3;

/** What formatting changes, as `diff -u` shows it; empty where it changes nothing. */
export function unifiedDiff(name: string, before: string, after: string): string {
  const lines = splitLines(before);
  const hunks = hunksOf(changesBetween(before, after, lines), lines.length);
  if (hunks.length === 0) return '';
  let shift = 0;
  const shown = hunks.map(({ start, end, changes }) => {
    const added = changes.reduce((sum, { fresh }) => sum + fresh.length, 0);
    const removed = changes.reduce((sum, change) => sum + change.end - change.start, 0);
    const head = `@@ -${range(start, end - start)} +${range(start + shift, end - start + added - removed)} @@\n`;
    shift += added - removed;
    return head + body(lines, { start, end, changes });
  });
  return `--- ${name}\n+++ ${name} (formatted)\n${shown.join('')}`;
}

/** Lines of the old text, from and to, and what stands in their place. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly fresh: readonly string[];
}
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly changes: readonly Change[];
}

function changesBetween(
  before: string,
  after: string,
  lines: readonly string[],
): readonly Change[] {
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length);
  const regions: {
    start: number;
    end: number;
    edits: ReturnType<typeof editsBetween>[number][];
  }[] = [];
  let line = 0;
  for (const edit of editsBetween(before, after)) {
    while (line + 1 < lines.length && (starts[line + 1] ?? 0) <= edit.span.start) line += 1;
    const start = line;
    while (line + 1 < lines.length && (starts[line + 1] ?? 0) <= edit.span.end) line += 1;
    const last = regions.at(-1);
    if (last !== undefined && start < last.end) {
      last.end = line + 1;
      last.edits.push(edit);
    } else regions.push({ start, end: line + 1, edits: [edit] });
  }
  return regions.flatMap(({ start, end, edits }) => {
    const from = starts[start] ?? 0;
    const old = before.slice(from, starts[end]);
    const shifted = edits.map(({ span, text }) => ({
      span: { start: span.start - from, end: span.end - from },
      text,
    }));
    const change = trimmed(splitLines(old), splitLines(applyEdits(old, shifted)), start);
    return change.start === change.end && change.fresh.length === 0 ? [] : [change];
  });
}

/** Without the lines both begin or end with. */
function trimmed(old: readonly string[], fresh: readonly string[], at: number): Change {
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  return {
    start: at + head,
    end: at + old.length - tail,
    fresh: fresh.slice(head, fresh.length - tail),
  };
}

/** Changes that are near each other, with some lines around them. */
function hunksOf(changes: readonly Change[], count: number): readonly Hunk[] {
  const hunks: { start: number; end: number; changes: Change[] }[] = [];
  for (const change of changes) {
    const start = Math.max(0, change.start - around);
    const end = Math.min(count, change.end + around);
    const last = hunks.at(-1);
    if (last !== undefined && start <= last.end) {
      last.end = end;
      last.changes.push(change);
    } else hunks.push({ start, end, changes: [change] });
  }
  return hunks;
}

function body(lines: readonly string[], { start, end, changes }: Hunk): string {
  let text = '';
  let at = start;
  const show = (mark: string, line: string): void => {
    text += line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
  };
  for (const change of changes) {
    for (; at < change.start; at++) show(' ', lines[at] ?? '');
    for (; at < change.end; at++) show('-', lines[at] ?? '');
    for (const line of change.fresh) show('+', line);
  }
  for (; at < end; at++) show(' ', lines[at] ?? '');
  return text;
}

/** Lines with their ends. */
function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function range(start: number, count: number): string {
  const first = count === 0 ? start : start + 1;
  return count === 1 ? String(first) : `${first},${count}`;
}
