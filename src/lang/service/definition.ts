import type { Span } from '../../base/span.ts';
import type { ReferenceFact } from '../check/session.ts';
import { inFile } from '../place.ts';
import { touches } from './nodes.ts';
import { type At, isIn, type Snapshot } from './snapshot.ts';

/** Where something stands. */
export interface Location {
  readonly file: string;
  readonly span: Span;
}

/** What the word at a place refers to, and where the word stands; null where it refers to nothing. */
export function referenceAt({ references }: Snapshot, at: At): ReferenceFact | null {
  const here = ({ place, span }: ReferenceFact): boolean =>
    isIn(place, at.file) && touches(inFile(place, span), at.offset);
  return references.find(here) ?? null;
}

/** Where the name at a place is declared; null where there is none, or the hub has it from the start. */
export function definition(snapshot: Snapshot, at: At): Location | null {
  const found = referenceAt(snapshot, at);
  if (found === null) return null;
  const { place, span } = found.to;
  return { file: place.unit.uri, span: inFile(place, span) };
}
