import { choices, fieldOf, type Type } from '../check/type.ts';
import { schemaType } from '../check/type-node.ts';
import { schemaOf } from '../schema/constructs.ts';
import type { BlockSchema, KeySchema } from '../schema/schema.ts';

/** The schema of the innermost block, `file` at the top; null where there is none. */
export function innermost(heads: readonly string[]): BlockSchema | null {
  const head = heads.at(-1);
  return head === undefined ? null : schemaOf(head);
}

/** The schema of a key of a block. */
export function keySchema(block: BlockSchema | null, key: string | undefined): KeySchema | null {
  if (block === null || key === undefined || !Object.hasOwn(block.keys, key)) return null;
  return block.keys[key] ?? null;
}

/** The type expected below a block, by the keys that lead there; null where nothing is known. */
export function typeBelow(block: BlockSchema | null, keys: readonly string[]): Type | null {
  const [first, ...rest] = keys;
  const schema = keySchema(block, first);
  return schema === null ? null : fieldBelow(elementType(schemaType(schema.type)), rest);
}

/** The type of what keys lead to from a type; null where nothing is known. */
export function fieldBelow(from: Type, keys: readonly string[]): Type | null {
  let type: Type = from;
  for (const key of keys) {
    const found = recordsOf(type).reduce<Type | null>(
      (before, record) => before ?? fieldOf(record, key),
      null,
    );
    if (found === null) return null;
    type = elementType(found);
  }
  return type;
}

/** The records a value of a type may be. */
export function recordsOf(type: Type | null) {
  if (type === null) return [];
  return choices(type).flatMap((each) => (each.is === 'record' ? [each] : []));
}

/** In a list the type of its elements, which are what one writes; other types are kept. */
export function elementType(type: Type): Type {
  const plain = choices(type);
  const elements = plain.flatMap((each) => (each.is === 'list' ? choices(each.of) : [each]));
  const [only] = elements;
  return elements.length === 1 && only !== undefined ? only : { is: 'union', of: elements };
}
