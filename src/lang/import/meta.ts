import type { JsonObject } from '../../base/json.ts';
import { merge } from '../../ir/lower/lowered.ts';
import { type Entry, entry, type Source, within } from './tree.ts';
import { jsonRecord, type ValueStyle } from './value.ts';

interface Meta {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly raw?: JsonObject;
}

/** The keys every emitting block has, where they are said; `more` is merged over what `raw` holds already. */
export function metaEntries(
  { labels, annotations, raw }: Meta,
  source: Source | null,
  style: ValueStyle,
  more: JsonObject = {},
): readonly Entry[] {
  const rest = merge(raw ?? {}, more);
  const metadata = within(source, 'metadata');
  return [
    ...fieldsEntry('labels', labels, within(metadata, 'labels'), style),
    ...fieldsEntry('annotations', annotations, within(metadata, 'annotations'), style),
    ...(Object.keys(rest).length === 0
      ? []
      : [entry('raw:', jsonRecord(rest, source, style), { source })]),
  ];
}

function fieldsEntry(
  key: string,
  fields: JsonObject | undefined,
  source: Source | null,
  style: ValueStyle,
): readonly Entry[] {
  if (fields === undefined) return [];
  return [entry(`${key}:`, jsonRecord(fields, source, style), { source })];
}
