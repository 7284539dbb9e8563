import { isJsonObject, type Json, type JsonObject, stableJson } from '../../../base/json.ts';
import { own } from '../../schema/own.ts';
import type { Shape } from '../shape.ts';

/** How a value is taken apart: an object by key, a list by the identity of its entries, or not at all. */
export type Parts =
  | { readonly as: 'object'; readonly object: JsonObject }
  | { readonly as: 'list'; readonly entries: readonly Entry[]; readonly item: Shape }
  | { readonly as: 'leaf' };

/** An entry of a list with its element in paths. */
export interface Entry {
  readonly element: string;
  readonly value: Json;
}

const leaf: Parts = { as: 'leaf' };

/** The parts of a value of a shape; a list with entries that cannot be told by their keys is a leaf. */
export function partsOf(value: Json | undefined, shape: Shape): Parts {
  if (isJsonObject(value)) return shape.of === 'atomic' ? leaf : { as: 'object', object: value };
  if (!Array.isArray(value) || (shape.of !== 'list' && shape.of !== 'set')) return leaf;
  const entries: Entry[] = [];
  for (const item of value as readonly Json[]) {
    const element = elementOf(item, shape);
    if (element === null) return leaf;
    entries.push({ element, value: item });
  }
  return { as: 'list', entries, item: shape.of === 'list' ? shape.item : { of: 'atomic' } };
}

/** What an entry of a list is called in paths; null where it lacks a key without default. */
function elementOf(item: Json, shape: Shape & { readonly of: 'list' | 'set' }): string | null {
  if (shape.of === 'set') return `v:${stableJson(item)}`;
  if (!isJsonObject(item)) return null;
  const keys: [string, Json][] = [];
  for (const { name, default: otherwise } of shape.keys) {
    const value = own(item, name) ?? otherwise;
    if (value === undefined) return null;
    keys.push([name, value]);
  }
  return `k:${stableJson(Object.fromEntries(keys))}`;
}

/** Why a list of a configuration to apply cannot be merged, in structured-merge-diff's words; null where it can. */
export function listFault(value: Json, shape: Shape): string | null {
  if (shape.of !== 'list' && shape.of !== 'set') return null;
  if (value === null) return null;
  if (!Array.isArray(value)) return 'expected list';
  const seen = new Set<string>();
  for (const [index, item] of (value as readonly Json[]).entries()) {
    const element = elementOf(item, shape);
    if (element === null) return `element ${index}: ${missingKey(item, shape)}`;
    if (seen.has(element)) return `duplicate entries for key ${shownElement(element)}`;
    seen.add(element);
  }
  return null;
}

function missingKey(item: Json, shape: Shape): string {
  if (!isJsonObject(item)) return 'associative list with keys may not have non-map elements';
  const keys = shape.of === 'list' ? shape.keys : [];
  const absent = keys.find((key) => own(item, key.name) === undefined && key.default === undefined);
  return `associative list with keys has an element that omits key field ${JSON.stringify(absent?.name ?? '')} (and doesn't have default value)`;
}

function shownElement(element: string): string {
  const value: unknown = JSON.parse(element.slice(2));
  if (!isJsonObject(value) || element.startsWith('v:')) return `[=${element.slice(2)}]`;
  return `[${Object.entries(value)
    .map(([key, of]) => `${key}=${JSON.stringify(of)}`)
    .join(',')}]`;
}
