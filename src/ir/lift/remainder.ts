import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';

/**
 * What has to be merged over `made` so that it becomes `wanted`; an empty object where nothing has to, null where no
 * merge can: `made` has something that `wanted` has not.
 */
export function remainder(made: JsonObject, wanted: JsonObject): JsonObject | null {
  const rest = new Map<string, Json>();
  for (const [key, value] of Object.entries(made)) {
    if (value !== undefined && !Object.hasOwn(wanted, key)) return null;
  }
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    const have = Object.hasOwn(made, key) ? made[key] : undefined;
    if (jsonEqual(have, value)) continue;
    const inside = isJsonObject(have) && isJsonObject(value) ? remainder(have, value) : value;
    if (inside === null && value !== null) return null;
    rest.set(key, inside);
  }
  return Object.fromEntries(rest);
}
