/** One line of a part: its text, its size in the encoded object, and what it is, however it changes. */
export interface Line {
  readonly text: string;
  readonly bytes: number;
  readonly identity: string;
}

/** How large chunks are, in bytes. */
export interface ChunkLimits {
  readonly min: number;
  readonly max: number;
}

/**
 * Cuts lines into chunks where the identity of a line says so, so that an edit, an insertion or a removal moves only
 * the cuts next to it (content-defined chunking). No line may be larger than `max`.
 */
export function chunk(lines: readonly Line[], { min, max }: ChunkLimits): readonly Line[][] {
  const chunks: Line[][] = [];
  let current: Line[] = [];
  let size = 0;
  for (const line of lines) {
    if (size + line.bytes > max || (size >= min && isCut(line.identity))) {
      if (current.length > 0) chunks.push(current);
      current = [];
      size = 0;
    }
    current.push(line);
    size += line.bytes;
  }
  if (current.length > 0) chunks.push(current);
  return chunks;
}

const minSegment = 256;
const maxSegment = 2048;

/** Cuts a long list of numbers into pieces where its content says so. */
export function segments(numbers: readonly number[]): readonly number[][] {
  const pieces: number[][] = [];
  let start = 0;
  for (let at = 1; at <= numbers.length; at++) {
    const length = at - start;
    const isEnd = at === numbers.length || length === maxSegment;
    if (isEnd || (length >= minSegment && isCut(numbers.slice(at - 4, at).join()))) {
      pieces.push(numbers.slice(start, at));
      start = at;
    }
  }
  return pieces;
}

// One identity in sixteen begins a chunk.
function isCut(identity: string): boolean {
  return fnv1a(identity) % 16 === 0;
}

/** FNV-1a over UTF-16 code units: fast and well spread, for cutting only. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  // The low bits of FNV follow those of the last character: fold the high ones in.
  return (hash ^ (hash >>> 15)) >>> 0;
}
