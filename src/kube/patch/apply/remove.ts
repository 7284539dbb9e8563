import type { Json } from '../../../base/json.ts';
import { fieldShape, isField, type Shape } from '../shape.ts';
import { partsOf } from './elements.ts';
import { below, type FieldSet, isEmptySet, mapChildren } from './field-set.ts';

/**
 * A value without some fields. An object or list that loses its last entry stays, empty: upstream leaves null in its
 * place, which its own validation then refuses.
 */
export function removeFields(value: Json, fields: FieldSet, shape: Shape): Json {
  if (isEmptySet(fields)) return value;
  const parts = partsOf(value, shape);
  if (parts.as === 'leaf') return value;
  if (parts.as === 'list') {
    return parts.entries
      .filter(({ element }) => !fields.members.has(element))
      .map(({ element, value: item }) => removeFields(item, below(fields, element), parts.item));
  }
  const kept = Object.entries(parts.object).flatMap(([key, item]) => {
    const element = `f:${key}`;
    if (item === undefined || fields.members.has(element)) return [];
    return [[key, removeFields(item, below(fields, element), fieldShape(shape, key))] as const];
  });
  return Object.fromEntries(kept);
}

/** A set to which the fields on the way to its members belong, where they are fields of a type. */
export function withFieldsOnTheWay(set: FieldSet, shape: Shape): FieldSet {
  const members = new Set(set.members);
  for (const element of set.children.keys()) {
    if (element.startsWith('f:') && isField(shape, element.slice(2))) members.add(element);
  }
  return {
    members,
    children: mapChildren(set, (child, element) =>
      withFieldsOnTheWay(child, shapeBelow(shape, element)),
    ),
  };
}

function shapeBelow(shape: Shape, element: string): Shape {
  if (element.startsWith('f:')) return fieldShape(shape, element.slice(2));
  return shape.of === 'list' ? shape.item : { of: 'anything' };
}
