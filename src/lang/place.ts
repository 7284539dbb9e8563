import type { Span } from '../base/span.ts';
import type { Origin } from '../ir/program.ts';
import type { Problem, Secondary } from './diagnostics.ts';
import type { Chunk, SourceUnit } from './syntax/parse.ts';

/** A file that was read; `index` is its place in `IrProgram.files`. */
export interface Unit {
  readonly uri: string;
  readonly source: SourceUnit;
  readonly index: number;
}
/** Where a node stands: spans of nodes count from the start of their chunk. */
export interface Place {
  readonly unit: Unit;
  readonly chunk: Chunk;
  /** Offset of the chunk in the file. */
  readonly base: number;
  /** Where a span of the chunk is, also after text above has moved it; where places never move, `inFile` is enough. */
  readonly originOf?: (span: Span) => Origin;
}

/** A span of a chunk as a span of its file. */
export function inFile({ base }: Place, { start, end }: Span): Span {
  return { start: start + base, end: end + base };
}

/** Another place that has to do with a problem. */
export function secondary(place: Place, span: Span, text: string): Secondary {
  return { file: place.unit.uri, span: inFile(place, span), text };
}

/**
 * Takes problems with their places; spans of the problem and its edits count from the chunk. `iteration` says for
 * which values of the variables of a file-level `for` it holds (Rule 10).
 */
export interface Reporter {
  readonly report: (place: Place, problem: Problem, iteration?: string) => void;
}
