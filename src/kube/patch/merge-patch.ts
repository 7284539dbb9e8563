import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { own } from '../schema/own.ts';

/** Applies a JSON merge patch (RFC 7386): objects are merged, null deletes, all else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const base: JsonObject = isJsonObject(target) ? target : {};
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(own(base, key) ?? null, value));
  }
  return Object.fromEntries(merged);
}
