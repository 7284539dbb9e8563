import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { PrintContext } from './context.ts';
import { nameText } from './text.ts';
import { type Entry, entry, record, type Source, within } from './tree.ts';
import { jsonFields, type ValueStyle } from './value.ts';

/**
 * An object as a block of a head: kind and name as labels, the rest as its body (Rule 66). Null where its kind has no
 * name in the language.
 */
export function printManifest(
  head: string,
  object: JsonObject,
  { source, context }: { readonly source: Source | null; readonly context: PrintContext },
  style: ValueStyle & { readonly notes?: readonly string[] },
): Entry | null {
  const { apiVersion, kind, ...rest } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return null;
  const word = context.kinds.nameOf(apiVersion, kind);
  if (word === null) return null;
  const name = nameOf(rest['metadata']);
  const label = name === null ? '' : ` ${labelText(name, source, style)}`;
  const body = record(jsonFields(withoutName(rest, name), source, style));
  return entry(`${head} ${word}${label}`, body, {
    source,
    block: true,
    ...(style.notes === undefined ? {} : { notes: style.notes }),
  });
}

/** A name; where it is a template that has an expression, a STRING with that. */
function labelText(name: string, source: Source | null, { raise }: ValueStyle): string {
  const raised = raise?.(name, within(source, 'metadata', 'name')) ?? null;
  if (raised === null) return nameText(name);
  return raised.text.startsWith('"') ? raised.text : `"\${${raised.text}}"`;
}

function nameOf(metadata: Json | undefined): string | null {
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : null;
}

function withoutName(object: JsonObject, name: string | null): JsonObject {
  const { metadata, ...rest } = object;
  if (name === null || !isJsonObject(metadata)) return object;
  const { name: _name, ...others } = metadata;
  return Object.keys(others).length === 0 ? rest : { metadata: others, ...rest };
}
