import type { Edit } from '../diagnostics.ts';
import { formatEdits } from '../format/edits.ts';
import type { Snapshot } from './snapshot.ts';

/** The edits that lay a file out by the rules; none where it is laid out already or cannot be read. */
export function formatting({ names }: Snapshot, file: string): readonly Edit[] {
  const found = names.files.find(({ uri }) => uri === file);
  return found === undefined ? [] : formatEdits(found.source);
}
