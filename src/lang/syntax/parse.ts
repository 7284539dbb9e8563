import type { Span } from '../../base/span.ts';
import { type Problem, problem } from '../diagnostics.ts';
import type { DeclNode, Trivia } from './ast.ts';
import { splitChunks } from './chunks.ts';
import { tokenize } from './lexer.ts';
import { limits } from './limits.ts';
import { parseDecls } from './parser.ts';
import { measure } from './repair.ts';

/** A piece of a file, read on its own. Its spans count from its start, so it stays valid where text above moves. */
export interface Chunk {
  readonly text: string;
  readonly decls: readonly DeclNode[];
  readonly trivia: readonly Trivia[];
  /** At most one for each declaration. */
  readonly problems: readonly Problem[];
  /** Brackets opened minus closed. */
  readonly excess: number;
}
export interface PlacedChunk {
  readonly start: number;
  readonly chunk: Chunk;
}
/** One file, read. `problems` are those of the file as a whole; the chunks hold their own. */
export interface SourceUnit {
  readonly text: string;
  readonly chunks: readonly PlacedChunk[];
  readonly problems: readonly Problem[];
}

/**
 * Reads a file. Total: never throws, whatever the text. Pieces that are in `before` with the same text are taken
 * from there, so that reading a file again after an edit costs what the edited declaration costs.
 */
export function parseModule(text: string, before?: SourceUnit): SourceUnit {
  if (text.length > limits.fileLength) {
    const limit = String(limits.fileLength);
    const span = { start: 0, end: 0 };
    const help = ['split the file: all files of a folder are one module'];
    return { text, chunks: [], problems: [problem('OCM1004', span, { limit }, { help })] };
  }
  const chunks: PlacedChunk[] = [];
  let start = 0;
  for (const chunk of readChunks(splitChunks(text), before?.chunks ?? [])) {
    chunks.push({ start, chunk });
    start += chunk.text.length;
  }
  return { text, chunks, problems: [] };
}

// Pieces before and after an edit are equal one by one; only those between are looked up by their text.
function readChunks(pieces: readonly string[], before: readonly PlacedChunk[]): readonly Chunk[] {
  const shorter = Math.min(pieces.length, before.length);
  const oldAt = (index: number): Chunk | undefined => before[index]?.chunk;
  let head = 0;
  while (head < shorter && pieces[head] === oldAt(head)?.text) head += 1;
  let tail = 0;
  const last = (back: number): Chunk | undefined => oldAt(before.length - 1 - back);
  while (tail < shorter - head && pieces[pieces.length - 1 - tail] === last(tail)?.text) tail += 1;
  const known = new Map<string, Chunk>();
  for (const { chunk } of before.slice(head, before.length - tail)) known.set(chunk.text, chunk);
  const read = (piece: string): Chunk => {
    // nothing to find: a whole file need not be hashed
    if (known.size === 0) return parseChunk(piece);
    const found = known.get(piece);
    // two declarations of one text are two all the same
    if (found !== undefined) known.delete(piece);
    return found ?? parseChunk(piece);
  };
  const between = pieces.slice(head, pieces.length - tail).map(read);
  const chunkOf = ({ chunk }: PlacedChunk): Chunk => chunk;
  const chunks = [
    ...before.slice(0, head).map(chunkOf),
    ...between,
    ...before.slice(before.length - tail).map(chunkOf),
  ];
  return joinSplit(chunks, read);
}

/** How many pieces may lie between a bracket and the one that closes it at the start of a line. */
const reach = 50;

// Text that is not formatted may have a block at the start of a line within another block. Then a piece leaves
// open what a later one closes: read together they have fewer errors.
function joinSplit(chunks: readonly Chunk[], read: (text: string) => Chunk): readonly Chunk[] {
  if (chunks.every(({ excess }) => excess === 0)) return chunks;
  const joined: Chunk[] = [];
  for (let i = 0; i < chunks.length; ) {
    const whole = wholeFrom(chunks, i, read);
    joined.push(...(whole?.chunks ?? chunks.slice(i, i + 1)));
    i = whole?.next ?? i + 1;
  }
  return joined;
}

function wholeFrom(
  chunks: readonly Chunk[],
  from: number,
  read: (text: string) => Chunk,
): { readonly chunks: readonly Chunk[]; readonly next: number } | null {
  let excess = chunks[from]?.excess ?? 0;
  if (excess <= 0) return null;
  for (let i = from + 1; i < Math.min(chunks.length, from + reach); i++) {
    excess += chunks[i]?.excess ?? 0;
    if (excess < 0) return null;
    if (excess > 0) continue;
    const parts = chunks.slice(from, i + 1);
    const whole = read(parts.map(({ text }) => text).join(''));
    const apart = parts.reduce((sum, { problems }) => sum + problems.length, 0);
    return whole.problems.length < apart ? { chunks: [whole], next: i + 1 } : null;
  }
  return null;
}

function parseChunk(text: string): Chunk {
  const { tokens, trivia, unreadable } = tokenize(text);
  const brackets = measure(tokens, limits.depth);
  const { node: decls, problems } = parseDecls(text, tokens, brackets);
  const lexical = unreadable.map((span) => unreadableProblem(span, text));
  return {
    text,
    decls,
    trivia,
    problems: firstOfEach(decls, [...lexical, ...problems]),
    excess: brackets.excess,
  };
}

/** What the lexer can read as nothing: quotes that are never closed, or a character no token has. */
function unreadableProblem({ start, end }: Span, text: string): Problem {
  const at = text.slice(start, Math.min(end, start + 20));
  if (text.startsWith('```', start)) {
    return problem(
      'OCM1001',
      { start, end },
      { what: 'a fence that ends with a line of three backquotes' },
    );
  }
  if (at.startsWith('`'))
    return problem('OCM1001', { start, end }, { what: 'a name that ends with a backquote' });
  return problem('OCM1002', { start, end }, { text: at });
}

/** The first problem of each declaration: what follows it is mostly its echo. */
function firstOfEach(decls: readonly DeclNode[], problems: readonly Problem[]): readonly Problem[] {
  if (problems.length < 2) return problems;
  const sorted = [...problems].sort((a, b) => a.span.start - b.span.start);
  const first = new Map<number, Problem>();
  for (const each of sorted) {
    const owner = ownerOf(decls, each.span);
    if (!first.has(owner)) first.set(owner, each);
  }
  return [...first.values()];
}

/** Index of the last declaration that starts at or before a place. */
function ownerOf(decls: readonly DeclNode[], { start }: Span): number {
  let low = 0;
  let high = decls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((decls[middle]?.span.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
