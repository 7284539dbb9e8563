import { isJsonObject, type Json } from '../../../base/json.ts';
import { fieldShape, isField, type Shape } from '../shape.ts';
import { listFault, partsOf } from './elements.ts';
import { type FieldSet, type FieldSetBuilder, fieldSetBuilder } from './field-set.ts';

/** The fields a configuration speaks of: its leaves, entries of maps and of lists (`ToFieldSet`). */
export function fieldsOf(value: Json, shape: Shape): FieldSet {
  const set = fieldSetBuilder();
  collect(value, shape, set);
  return set;
}

/** Whether the value is a leaf, which belongs to its parent. */
function collect(value: Json | undefined, shape: Shape, into: FieldSetBuilder): boolean {
  const parts = partsOf(value, shape);
  if (parts.as === 'leaf') return true;
  if (parts.as === 'list') {
    for (const { element, value: item } of parts.entries) {
      descend(element, item, parts.item, into);
      into.members.add(element);
    }
    return false;
  }
  for (const [key, item] of Object.entries(parts.object)) {
    if (item === undefined) continue;
    const element = `f:${key}`;
    const isLeaf = descend(element, item, fieldShape(shape, key), into);
    const empty = item === null || (isJsonObject(item) && Object.keys(item).length === 0);
    if (isLeaf || empty || !isField(shape, key)) into.members.add(element);
  }
  return false;
}

function descend(element: string, value: Json, shape: Shape, into: FieldSetBuilder): boolean {
  const child = fieldSetBuilder();
  const isLeaf = collect(value, shape, child);
  if (child.members.size > 0 || child.children.size > 0) into.children.set(element, child);
  return isLeaf;
}

/** Why a configuration cannot be applied: a list with entries that are doubled or have no key; null where it can. */
export function applyFault(value: Json | undefined, shape: Shape, path = ''): string | null {
  if (value === undefined) return null;
  const fault = listFault(value, shape);
  if (fault !== null) return `${path}: ${fault}`;
  const parts = partsOf(value, shape);
  if (parts.as === 'list') {
    for (const [index, { value: item }] of parts.entries.entries()) {
      const inner = applyFault(item, parts.item, `${path}[${index}]`);
      if (inner !== null) return inner;
    }
  }
  if (parts.as === 'object') {
    for (const [key, item] of Object.entries(parts.object)) {
      const inner = applyFault(item, fieldShape(shape, key), `${path}.${key}`);
      if (inner !== null) return inner;
    }
  }
  return null;
}
