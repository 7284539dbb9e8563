import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';

/**
 * What has to be merged over `made` so that it becomes `wanted`; an empty object where nothing has to, null where no
 * merge can: `made` has something that `wanted` has not.
 */
export function remainder(made: JsonObject, wanted: JsonObject): JsonObject | null {
  if (Object.keys(made).some((key) => made[key] !== undefined && !Object.hasOwn(wanted, key))) {
    return null;
  }
  const rest = new Map<string, Json>();
  for (const [key, value] of Object.entries(wanted)) {
    const have = Object.hasOwn(made, key) ? made[key] : undefined;
    if (value === undefined || jsonEqual(have, value)) continue;
    const bothObjects = isJsonObject(have) && isJsonObject(value);
    const inside = bothObjects ? remainder(have, value) : value;
    if (bothObjects && inside === null) return null;
    rest.set(key, inside);
  }
  return Object.fromEntries(rest);
}
