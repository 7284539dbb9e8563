import { isJsonObject, type Json } from '../../src/base/json.ts';

/** JSON with the keys of every object sorted: equal texts are equal values. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, each: Json) =>
    isJsonObject(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
