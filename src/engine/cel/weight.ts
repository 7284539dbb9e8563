import type { CelValue } from './value.ts';
import { isCelList, isMap } from './value.ts';

// A list that holds another one twice is small in memory and exponentially large to compare or print: lists and maps
// that expressions make know how large they are.
const known = new WeakMap<object, number>();
const most = 10_000_000;

/** Is a list or map that was just made too large to walk? */
export function isTooLarge(value: CelValue): boolean {
  return weigh(value) > most;
}

function weigh(value: CelValue): number {
  if (typeof value !== 'object' || value === null) return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  let weight = 1;
  if (isCelList(value)) for (const item of value) weight += shallow(item);
  else if (isMap(value)) for (const key of value.keys()) weight += shallow(value.get(key) ?? null);
  known.set(value, weight);
  return weight;
}

// What comes from JSON is a tree already: its size is not counted again.
function shallow(value: CelValue): number {
  return typeof value === 'object' && value !== null ? (known.get(value) ?? 1) : 1;
}
