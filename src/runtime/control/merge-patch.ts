import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';

/** Applies a JSON merge patch (RFC 7386); what does not change keeps its identity. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map<string, Json | undefined>(
    isJsonObject(target) ? Object.entries(target) : [],
  );
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  // `fromEntries` defines own properties, so that a key `__proto__` is a key like any other.
  return Object.fromEntries(merged) as JsonObject;
}
