import { type Analysis, analyse, type CompileInput } from '../compile.ts';
import type { Place } from '../place.ts';
import type { Chunk } from '../syntax/parse.ts';

/** What editor features look at: a module and what was found out about it, at one moment. */
export type Snapshot = Pick<Analysis, 'diagnostics' | 'names' | 'references' | 'types' | 'kindOf'>;

/** Reads a module for an editor. Total, like `compile`. */
export function takeSnapshot(input: CompileInput): Snapshot {
  const { diagnostics, names, references, types, kindOf } = analyse(input);
  return { diagnostics, names, references, types, kindOf };
}

/** A place of a module: a file by its uri, and an offset in UTF-16 units. */
export interface At {
  readonly file: string;
  readonly offset: number;
}

/** The chunk an offset lies in, and the offset counted from its start; null where there is no such file or it is empty. */
export function chunkAt(
  { names }: Snapshot,
  { file, offset }: At,
): { readonly chunk: Chunk; readonly start: number; readonly offset: number } | null {
  const chunks = names.files.find(({ uri }) => uri === file)?.source.chunks ?? [];
  let low = 0;
  let high = chunks.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((chunks[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle;
  }
  const found = chunks[low];
  if (found === undefined) return null;
  const within = Math.min(Math.max(offset - found.start, 0), found.chunk.text.length);
  return { chunk: found.chunk, start: found.start, offset: within };
}

/** Whether a place is in a file. */
export function isIn(place: Place, file: string): boolean {
  return place.unit.uri === file;
}
