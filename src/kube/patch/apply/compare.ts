import { type Json, jsonEqual } from '../../../base/json.ts';
import { own } from '../../schema/own.ts';
import { fieldShape, isField, type Shape } from '../shape.ts';
import { type Entry, type Parts, partsOf } from './elements.ts';
import { type FieldSet, fieldSetBuilder, insert, union } from './field-set.ts';

/** What became different between two values (structured-merge-diff `typed.Comparison`). */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** The fields in which two values differ. */
export function compare(before: Json, after: Json, shape: Shape): Comparison {
  const walk: Walk = {
    added: fieldSetBuilder(),
    modified: fieldSetBuilder(),
    removed: fieldSetBuilder(),
  };
  compareAt(before, after, { shape, path: [], field: false }, walk);
  return walk;
}

/** All that is new or other. */
export function changed(comparison: Comparison): FieldSet {
  return union(comparison.added, comparison.modified);
}

type Walk = { readonly [K in keyof Comparison]: ReturnType<typeof fieldSetBuilder> };
interface Place {
  readonly shape: Shape;
  readonly path: readonly string[];
  /** Whether it is a field of a type with fixed fields: such an object is nobody's, only its fields are. */
  readonly field: boolean;
}

function compareAt(
  before: Json | undefined,
  after: Json | undefined,
  place: Place,
  walk: Walk,
): void {
  if (before === after) return;
  const left = partsOf(before, place.shape);
  const right = partsOf(after, place.shape);
  const hollow = isHollow(left) && isHollow(right);
  if (hollow || (left.as === 'leaf' && right.as === 'leaf')) {
    compareLeaves(before, after, place.path, walk);
    return;
  }
  descend(left, right, place, walk);
  if (before === undefined) {
    if (!ownerless(place)) insert(walk.added, place.path);
  } else if (after === undefined) {
    insert(walk.removed, place.path);
  } else if (left.as !== right.as) {
    // An object became a scalar, or the other way round: the place itself has another value.
    insert(walk.modified, place.path);
  }
}

function compareLeaves(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[],
  walk: Walk,
): void {
  if (before === undefined) insert(walk.added, path);
  else if (after === undefined) insert(walk.removed, path);
  else if (!jsonEqual(before, after)) insert(walk.modified, path);
}

function descend(left: Parts, right: Parts, { shape, path }: Place, walk: Walk): void {
  const one = left.as === 'object' ? left.object : {};
  const other = right.as === 'object' ? right.object : {};
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const inner: Place = {
      shape: fieldShape(shape, key),
      path: [...path, `f:${key}`],
      field: isField(shape, key),
    };
    compareAt(own(one, key), own(other, key), inner, walk);
  }
  const entries = entriesOf(left);
  const others = entriesOf(right);
  const item = left.as === 'list' ? left.item : right.as === 'list' ? right.item : shape;
  for (const element of new Set([...entries.keys(), ...others.keys()])) {
    const inner: Place = { shape: item, path: [...path, element], field: false };
    compareAt(entries.get(element), others.get(element), inner, walk);
  }
}

function entriesOf(parts: Parts): ReadonlyMap<string, Json> {
  const entries: readonly Entry[] = parts.as === 'list' ? parts.entries : [];
  return new Map(entries.map((entry) => [entry.element, entry.value]));
}

function isHollow(parts: Parts): boolean {
  if (parts.as === 'leaf') return true;
  return parts.as === 'list' ? parts.entries.length === 0 : Object.keys(parts.object).length === 0;
}

function ownerless(place: Place): boolean {
  return place.field && place.shape.of === 'object' && place.shape.closed;
}
