import type { Span } from '../../base/span.ts';
import type { Problem } from '../diagnostics.ts';
import { type PlacedChunk, parseModule, type SourceUnit } from '../syntax/parse.ts';
import { build } from './build.ts';
import { lexemesOf } from './lexemes.ts';
import { print } from './print.ts';
import { addRoles, noRoles } from './roles.ts';
import { saysTheSame } from './same.ts';

/** A formatted file. */
export interface Formatted {
  readonly text: string;
  /**
   * Declarations left as they are, byte for byte, since they have syntax errors; spans and problems count from the
   * start of the file. What a reader of the file is told is `problems`; an editor formats the rest all the same.
   */
  readonly kept: readonly Kept[];
  /** True where the formatted text would not have said the same; `text` is then what was given. A bug of ours. */
  readonly refused: boolean;
}
export interface Kept {
  readonly span: Span;
  readonly problems: readonly Problem[];
}

/** Formats a file (Rule 12). Total: whatever the text, there is a result that says the same. */
export function formatText(text: string): Formatted {
  return formatModule(parseModule(text));
}

/** Formats a file that is read already. */
export function formatModule(unit: SourceUnit): Formatted {
  const { text, chunks } = unit;
  if (unit.problems.length > 0) {
    const span = { start: 0, end: text.length };
    return { text, kept: [{ span, problems: unit.problems }], refused: false };
  }
  const kept = chunks.filter(isBroken).map(keptOf);
  const formatted = runsOf(chunks)
    .map((run) => (isBroken(run[0] as PlacedChunk) ? verbatim(run) : formatRun(text, run)))
    .join('');
  if (formatted === text) return { text, kept, refused: false };
  const refused = !saysTheSame(unit, parseModule(formatted, unit));
  return { text: refused ? text : formatted, kept, refused };
}

function isBroken({ chunk }: PlacedChunk): boolean {
  return chunk.problems.length > 0;
}

function keptOf({ start, chunk }: PlacedChunk): Kept {
  const problems = chunk.problems.map((problem) => ({
    ...problem,
    span: { start: problem.span.start + start, end: problem.span.end + start },
  }));
  return { span: { start, end: start + chunk.text.length }, problems };
}

/** Pieces of a file, those with errors alone and the others together. */
function runsOf(chunks: readonly PlacedChunk[]): readonly (readonly PlacedChunk[])[] {
  const runs: PlacedChunk[][] = [];
  let isOpen = false;
  for (const chunk of chunks) {
    if (isOpen && !isBroken(chunk)) runs.at(-1)?.push(chunk);
    else runs.push([chunk]);
    isOpen = !isBroken(chunk);
  }
  return runs;
}

function verbatim(run: readonly PlacedChunk[]): string {
  return run.map(({ chunk }) => chunk.text).join('');
}

function formatRun(text: string, run: readonly PlacedChunk[]): string {
  const roles = noRoles();
  for (const { start, chunk } of run) for (const decl of chunk.decls) addRoles(roles, decl, start);
  const { elements, tail } = build(lexemesOf(text, run), roles);
  const printed = print(elements, tail);
  const last = run.at(-1);
  const end = (last?.start ?? 0) + (last?.chunk.text.length ?? 0);
  // Before what is left as it is, a blank line stays.
  const isBetween = printed !== '' && end < text.length;
  return isBetween && /\n[^\S\n]*\n\s*$/.test(last?.chunk.text ?? '') ? `${printed}\n` : printed;
}
