import type { IrFile, IrProgram } from '../program.ts';
import { segments } from './chunks.ts';

/** A program without the content of its declarations. */
export interface Header {
  readonly files: readonly IrFile[];
  /** Where each declaration begins, in order. */
  readonly starts: readonly Start[];
}
export interface Start {
  readonly file: number;
  readonly start: number;
}

/** A line of a header part. Lists of numbers are differences, cut into pieces: an edit changes the pieces it touches. */
type HeaderLine =
  | { readonly file: { readonly uri: string; readonly sha256: string } }
  /** Goes on with the line starts of the file above. */
  | { readonly lines: readonly number[] }
  /** Goes on with the starts of declarations: pairs of a file and an offset. */
  | { readonly decls: readonly number[] };

/** A program's header as JSON texts, one a line. */
export function headerTexts({ files, decls }: IrProgram): readonly string[] {
  const lines: HeaderLine[] = files.flatMap(({ uri, sha256, lineStarts }) => [
    { file: { uri, sha256 } },
    ...segments(differences(lineStarts)).map((piece) => ({ lines: piece })),
  ]);
  let before: Start = { file: 0, start: 0 };
  const pairs = decls.flatMap(({ origin: { file, span } }) => {
    const pair = [file - before.file, span.start - (file === before.file ? before.start : 0)];
    before = { file, start: span.start };
    return pair;
  });
  // Pairs are cut as single numbers would be, so a pair may go over two lines.
  lines.push(...segments(pairs).map((piece) => ({ decls: piece })));
  return lines.map((line) => JSON.stringify(line));
}

/** Reads the lines of the header parts, parsed; null where they are none. */
export function readHeader(lines: readonly unknown[]): Header | null {
  const files: { uri: string; sha256: string; differences: number[] }[] = [];
  const pairs: number[] = [];
  for (const line of lines as readonly Partial<Record<string, unknown>>[]) {
    if (typeof line !== 'object' || line === null) return null;
    const { file, lines: more, decls } = line;
    if (isFile(file)) files.push({ uri: file.uri, sha256: file.sha256, differences: [] });
    else if (isNumbers(more) && files.length > 0) files.at(-1)?.differences.push(...more);
    else if (isNumbers(decls)) pairs.push(...decls);
    else return null;
  }
  return {
    files: files.map(({ differences: from, ...file }) => ({ ...file, lineStarts: sums(from) })),
    starts: startsOf(pairs),
  };
}

function startsOf(pairs: readonly number[]): Start[] {
  const starts: Start[] = [];
  let before: Start = { file: 0, start: 0 };
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const [fileStep = 0, startStep = 0] = pairs.slice(at, at + 2);
    const start = startStep + (fileStep === 0 ? before.start : 0);
    before = { file: before.file + fileStep, start };
    starts.push(before);
  }
  return starts;
}

function differences(numbers: readonly number[]): number[] {
  return numbers.map((number, at) => number - (numbers[at - 1] ?? 0));
}

function sums(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => {
    sum += step;
    return sum;
  });
}

function isFile(value: unknown): value is { uri: string; sha256: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, sha256 } = value as Record<string, unknown>;
  return typeof uri === 'string' && typeof sha256 === 'string';
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((of) => Number.isSafeInteger(of));
}
