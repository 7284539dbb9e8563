import { serverFields } from '../../ir/lift/lift.ts';
import type { Schema } from '../../kube/schema/schema.ts';
import { findBuiltInKind, type ObjectKind } from '../bind/kinds.ts';
import type { ModuleFile } from '../bind/program.ts';
import { objectType, schemaOfKind } from '../check/object-type.ts';
import { choices, type RecordType, type Type, typeText } from '../check/type.ts';
import { elementType, fieldBelow, innermost, recordsOf } from './expected.ts';
import type { Snapshot } from './snapshot.ts';

/** The body of an object an editor stands in: its kind, and the keys that lead to the place. */
export interface ObjectBody {
  readonly heads: readonly string[];
  /** Words after the head of the innermost block: a kind (`Pod`, or `lib`, `.`, `Backup`), then a name where it has one. */
  readonly labels: readonly string[];
  readonly keys: readonly string[];
}

/** What is written at a place of an object; null outside of one, and where nothing is known of its kind. */
export interface ObjectValue {
  readonly type: Type;
  /** Texts its schema has words for; written in quotes. */
  readonly words: readonly string[];
}

/** What may be said of one field. */
export interface ObjectField {
  readonly name: string;
  readonly required: boolean;
  /** A few words. */
  readonly detail: string;
  /** Markdown. */
  readonly doc: string;
}

/** The type of the value at a place of an object. */
export function objectValue(
  at: ObjectBody,
  file: ModuleFile,
  snapshot: Snapshot,
): ObjectValue | null {
  const found = bodyOf(at, file, snapshot);
  if (found === null) return null;
  const type = fieldBelow(found.type, at.keys);
  const { words = [] } = schemaBelow(schemaOfKind(found.kind), at.keys) ?? {};
  return type === null ? null : { type, words };
}

/** The fields that may stand at a place of an object, those it must have first. */
export function objectFields(
  at: ObjectBody,
  file: ModuleFile,
  snapshot: Snapshot,
): readonly ObjectField[] {
  const found = objectValue(at, file, snapshot);
  if (found === null) return [];
  const isTop = at.keys.length === 0;
  const isMetadata = at.keys.length === 1 && at.keys[0] === 'metadata';
  // The label says the name, a server the rest.
  const isSaid = (name: string): boolean =>
    (isTop && name === 'status') ||
    (isMetadata && (serverFields.has(name) || (name === 'name' && isNamed(at))));
  const fields = recordsOf(found.type).flatMap((record) => [...record.fields]);
  return fields
    .filter(([name]) => !isSaid(name))
    .map(([name, { type, optional }]): ObjectField => {
      const doc = fieldText({ ...at, keys: [...at.keys, name] }, file, snapshot) ?? '';
      return { name, required: !optional, detail: detailOf(type), doc };
    })
    .toSorted((a, b) => Number(b.required) - Number(a.required));
}

/** What a hover says of a field, as Markdown; null where nothing is known of it. */
export function fieldText(at: ObjectBody, file: ModuleFile, snapshot: Snapshot): string | null {
  const found = bodyOf(at, file, snapshot);
  const last = at.keys.at(-1);
  if (found === null || last === undefined) return null;
  const above = at.keys.slice(0, -1);
  const around = fieldBelow(found.type, above);
  const field = recordsOf(around).flatMap((record) => record.fields.get(last) ?? [])[0];
  const type = field?.type ?? fieldBelow(found.type, at.keys);
  if (type === null) return null;
  const schema = schemaBelow(schemaOfKind(found.kind), at.keys);
  const required = field !== undefined && !field.optional ? 'Required.' : '';
  const where = `\`${at.keys.join('.')}\` of a ${found.kind.kind}, ${detailOf(type)}.`;
  const more = [where, required, ...saidOf(schema)].filter((part) => part !== '').join(' ');
  return [`**${last}**`, schema?.description ?? '', more]
    .filter((part) => part !== '')
    .join('\n\n');
}

function bodyOf(
  { heads, labels }: ObjectBody,
  file: ModuleFile,
  { kindOf }: Snapshot,
): { readonly kind: ObjectKind; readonly type: RecordType } | null {
  const block = innermost(heads);
  if (block?.body !== 'manifest') return null;
  const kind = kindNamed(labels, file, kindOf);
  if (kind === null) return null;
  const type = objectType(kind, block.head === 'resource' ? 'whole' : 'partial');
  return type === null ? null : { kind, type };
}

function isNamed({ labels }: ObjectBody): boolean {
  return labels.length > (labels[1] === '.' ? 3 : 1);
}

function kindNamed(
  [word = '', dot, member = '']: readonly string[],
  { module, aliases }: ModuleFile,
  kindOf: Snapshot['kindOf'],
): ObjectKind | null {
  const symbol =
    dot === '.' ? aliases.get(word)?.module?.values.get(member) : module.values.get(word);
  if (symbol?.symbol === 'kind') return kindOf(symbol);
  const builtIn = dot === '.' ? null : findBuiltInKind(word);
  return builtIn !== null && 'kind' in builtIn ? builtIn.kind : null;
}

function schemaBelow(schema: Schema | null, keys: readonly string[]): Schema | null {
  let at = schema;
  for (const key of keys) {
    if (at === null) return null;
    const { properties = {}, additionalProperties } = at;
    const values = typeof additionalProperties === 'object' ? additionalProperties : null;
    at = Object.hasOwn(properties, key) ? (properties[key] ?? null) : values;
    while (at?.items !== undefined && at.type === 'array') at = at.items;
  }
  return at;
}

function saidOf(schema: Schema | null): readonly string[] {
  if (schema === null) return [];
  const { default: fallback, minimum, maximum, words = [] } = schema;
  const range = [minimum, maximum].map((bound) => bound ?? '').join(' … ');
  const listed = words.map((word) => `\`${word}\``).join(', ');
  return [
    ...(words.length === 0 ? [] : [`One of ${listed}.`]),
    ...(fallback === undefined ? [] : [`Default: \`${JSON.stringify(fallback)}\`.`]),
    ...(minimum === undefined && maximum === undefined ? [] : [`Range: ${range.trim()}.`]),
  ];
}

function detailOf(type: Type): string {
  const inner = elementType(type);
  const isList = choices(type).some(({ is }) => is === 'list');
  const text = recordsOf(inner).length > 0 ? 'an object' : typeText(inner);
  return isList ? `a list: ${text}` : text;
}
