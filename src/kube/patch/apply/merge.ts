import type { Json, JsonObject } from '../../../base/json.ts';
import { own } from '../../schema/own.ts';
import { fieldShape, type Shape } from '../shape.ts';
import { type Entry, partsOf } from './elements.ts';

/** A live value with a configuration laid over it (structured-merge-diff `typed.Merge`). */
export function merge(live: Json | undefined, config: Json | undefined, shape: Shape): Json {
  if (config === undefined) return live ?? null;
  if (live === undefined) return config;
  const left = partsOf(live, shape);
  const right = partsOf(config, shape);
  if (left.as === 'object' && right.as === 'object') {
    return mergeObjects(left.object, right.object, shape);
  }
  if (left.as === 'list' && right.as === 'list') {
    return mergeLists(left.entries, right.entries, right.item);
  }
  // A null says nothing about an object or a list that is merged.
  if (config === null && left.as !== 'leaf') return live;
  return config;
}

function mergeObjects(live: JsonObject, config: JsonObject, shape: Shape): JsonObject {
  const merged = new Map(Object.entries(live));
  for (const [key, value] of Object.entries(config)) {
    if (value !== undefined) merged.set(key, merge(own(live, key), value, fieldShape(shape, key)));
  }
  return Object.fromEntries(merged);
}

/**
 * The order is the configuration's; entries that only the live list has stay where they were, before the next entry
 * that both have.
 */
function mergeLists(
  live: readonly Entry[],
  config: readonly Entry[],
  item: Shape,
): readonly Json[] {
  const wanted = new Set(config.map((entry) => entry.element));
  const present = new Map(live.map((entry) => [entry.element, entry.value]));
  const shared = config.filter((entry) => present.has(entry.element));
  const merged: Json[] = [];
  let place = 0;
  let next = 0;
  const keepUntilShared = () => {
    for (; place < live.length; place++) {
      const entry = live[place];
      if (entry === undefined || entry.element === shared[next]?.element) return;
      if (!wanted.has(entry.element)) merged.push(entry.value);
    }
  };
  for (const entry of config) {
    keepUntilShared();
    merged.push(merge(present.get(entry.element), entry.value, item));
    if (entry.element !== shared[next]?.element) continue;
    if (live[place]?.element === entry.element) place++;
    next++;
  }
  keepUntilShared();
  return merged;
}
