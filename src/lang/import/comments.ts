import type { YamlPath } from '../../kube/yaml/outline.ts';
import type { ObjectComment } from './objects.ts';
import type { Entry, Source, Value } from './tree.ts';

/** A comment with the object it stands in. */
export interface Remark extends ObjectComment {
  readonly object: number;
}

/**
 * Puts comments to what was printed of the field they are about, or of the nearest one around it. One whose object is in
 * no entry is given back.
 */
export function placeComments(
  entries: readonly Entry[],
  remarks: readonly Remark[],
): readonly Remark[] {
  const places = new Map<number, Place[]>();
  for (const entry of entries) collect(entry, places);
  return remarks.filter((remark) => {
    const entry = nearest(places.get(remark.object) ?? [], remark.path);
    if (entry === null) return true;
    entry[remark.place].push(remark.text);
    return false;
  });
}

interface Place {
  readonly entry: Entry;
  readonly source: Source;
}

function collect(entry: Entry, places: Map<number, Place[]>): void {
  const { source, value } = entry;
  if (source !== null) {
    const known = places.get(source.object) ?? [];
    places.set(source.object, known);
    known.push({ entry, source });
  }
  for (const inner of within(value)) collect(inner, places);
}

function within(value: Value): readonly Entry[] {
  if (typeof value === 'string') return [];
  if (value.is === 'record') return value.entries;
  return value.is === 'list' ? value.items : [];
}

/** The entry whose path is the longest beginning of a path; of several the first. */
function nearest(places: readonly Place[], path: YamlPath): Entry | null {
  let found: Place | null = null;
  for (const place of places) {
    const own = place.source.path;
    const isAround = own.length <= path.length && own.every((step, index) => path[index] === step);
    if (isAround && (found === null || own.length > found.source.path.length)) found = place;
  }
  return found?.entry ?? null;
}
