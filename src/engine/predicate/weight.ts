import type { Value } from './value.ts';
import { isFields, isList } from './value.ts';

// A list that holds another one twice is small in memory and exponentially large to walk: so every list and record
// knows how large it is, and making one costs that much.
const known = new WeakMap<object, number>();

/** How many steps it takes to walk a value. */
export function weigh(value: Value): number {
  if (typeof value === 'string') return 1 + (value.length >> 4);
  if (typeof value !== 'object' || value === null) return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  let weight = 1;
  if (isList(value)) for (const item of value) weight += weigh(item);
  else if (isFields(value)) for (const item of value.values()) weight += 1 + weigh(item);
  known.set(value, weight);
  return weight;
}
