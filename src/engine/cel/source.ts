import type { Location } from './location.ts';
import { compareLocations } from './location.ts';

/** The text of an expression, by code points: cel-go counts columns in them. */
export interface Source {
  readonly points: readonly string[];
  /** Offset where each line begins. */
  readonly lines: readonly number[];
}

/** One thing wrong with an expression; `at` is null where no place can be named. */
export interface CelProblem {
  readonly at: Location | null;
  readonly message: string;
}

const maxProblems = 100;
/** Longer lines are not shown below a message. */
const maxSnippetBytes = 16_384;

export function sourceOf(text: string): Source {
  const points = [...text.toWellFormed()];
  const lines = [0];
  points.forEach((point, at) => {
    if (point === '\n') lines.push(at + 1);
  });
  return { points, lines };
}

/** Line (from 1) and column (from 0) of an offset. */
export function locationOf({ lines }: Source, offset: number): Location {
  let line = lines.length;
  while (line > 1 && (lines[line - 1] ?? 0) > offset) line -= 1;
  return { line, column: offset - (lines[line - 1] ?? 0) };
}

/** All problems as cel-go prints them: by place, each with its line and a mark below it. */
export function displayProblems(source: Source, problems: readonly CelProblem[]): string {
  const shown = problems.slice(0, maxProblems).sort((a, b) => compareLocations(a.at, b.at));
  const texts = shown.map((problem) => displayProblem(source, problem));
  const rest = problems.length - shown.length;
  if (rest > 0) texts.push(`${rest} more errors were truncated`);
  return texts.join('\n');
}

function displayProblem(source: Source, { at, message }: CelProblem): string {
  const line = at?.line ?? -1;
  const column = at?.column ?? -1;
  const head = `ERROR: <input>:${line}:${column + 1}: ${message}`;
  const snippet = at === null ? null : lineOf(source, at.line);
  if (snippet === null) return head;
  const marks = snippet.slice(0, column).map((point) => (isWide(point) ? '\uff0e' : '.'));
  const mark = isWide(snippet[column] ?? '') ? '\uff3e' : '^';
  return `${head}\n | ${snippet.join('')}\n | ${marks.join('')}${mark}`;
}

function lineOf({ points, lines }: Source, line: number): string[] | null {
  const start = lines[line - 1];
  if (start === undefined || points.length === 0) return null;
  const next = lines[line];
  const snippet = points.slice(start, next === undefined ? points.length : next - 1);
  const bytes = snippet.reduce((sum, point) => sum + (isWide(point) ? 3 : 1), 0);
  return bytes > maxSnippetBytes ? null : snippet.map((point) => (point === '\t' ? ' ' : point));
}

function isWide(point: string): boolean {
  return (point.codePointAt(0) ?? 0) >= 0x80;
}
