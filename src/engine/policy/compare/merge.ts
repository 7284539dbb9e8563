import { isJsonObject, type Json, type JsonObject, stableJson } from '../../../base/json.ts';
import type { IrComplianceType } from '../../../ir/program.ts';
import { equivalent, isNil, type Leniency } from './equivalent.ts';
import { sprint, type Value } from './sprint.ts';

/** How two values are merged. */
export interface MergeRules extends Leniency {
  /** `mustonlyhave` takes what is wanted as it is. */
  readonly complianceType: IrComplianceType;
}

/** The wanted value with what is there merged in, and whether something wanted was not there at all. */
export interface Merged {
  readonly value: Value;
  readonly missingKey: boolean;
}

/** Merges two maps: keys of either, the wanted values first (config-policy-controller `mergeMaps`). */
export function mergeMaps(wanted: JsonObject, existing: JsonObject, rules: MergeRules): Merged {
  if (rules.complianceType === 'mustonlyhave') return { value: wanted, missingKey: false };
  return mergeValues(wanted, existing, rules);
}

/**
 * Merges two lists, order aside: each item that is there takes the place of a wanted one it meets, by content or by the
 * same `name`; the others are added (config-policy-controller `mergeArrays`).
 */
export function mergeLists(
  wanted: readonly Json[],
  existing: readonly Json[],
  rules: MergeRules,
): { readonly value: readonly Json[]; readonly missingKey: boolean } {
  if (rules.complianceType === 'mustonlyhave') return { value: wanted, missingKey: false };
  const merged: Json[] = [...wanted];
  const written = new Set<number>();
  let missingKey = false;
  for (const { value, count } of counted(existing, rules)) {
    let hits = 0;
    for (let at = 0; at < wanted.length && hits < count; at++) {
      if (written.has(at)) continue;
      const item = mergeItem(wanted[at] ?? null, value, rules);
      // As upstream: what an earlier item lacked is forgotten.
      missingKey = (item.missingKey ?? missingKey) || item.missingZero;
      if (!item.isHit) continue;
      hits++;
      merged[at] = item.value as Json;
      written.add(at);
    }
    merged.push(...Array<Json>(count - hits).fill(value));
  }
  return { value: merged, missingKey };
}

function mergeValues(wanted: Value, existing: Value, rules: MergeRules): Merged {
  if (isJsonObject(wanted)) {
    return isJsonObject(existing)
      ? mergeFields(wanted, existing, rules)
      : { value: wanted, missingKey: false };
  }
  if (Array.isArray(wanted)) {
    const both = Array.isArray(existing) && existing.length > 0;
    return both ? mergeLists(wanted, existing, rules) : { value: wanted, missingKey: false };
  }
  // A null takes over a map, and nothing else.
  if (isNil(wanted) && isJsonObject(existing)) return { value: existing, missingKey: false };
  return { value: wanted, missingKey: false };
}

function mergeFields(wanted: JsonObject, existing: JsonObject, rules: MergeRules): Merged {
  const merged = new Map<string, Value>(Object.entries(wanted));
  let missingKey = false;
  for (const [key, value] of Object.entries(existing)) {
    if (!Object.hasOwn(wanted, key)) {
      merged.set(key, value);
      continue;
    }
    const field = mergeValues(wanted[key], value, rules);
    missingKey ||= field.missingKey;
    merged.set(key, field.value);
  }
  if (merged.size > Object.keys(existing).length) missingKey = true;
  return { value: Object.fromEntries(merged), missingKey };
}

interface MergedItem {
  readonly value: Value;
  /** The item that is there is the wanted one, by content or by name. */
  readonly isHit: boolean;
  /** Of the merge; null where nothing was merged. */
  readonly missingKey: boolean | null;
  readonly missingZero: boolean;
}

function mergeItem(wanted: Json, existing: Json, rules: MergeRules): MergedItem {
  const isMerged = isJsonObject(existing) && isJsonObject(wanted);
  const item = isMerged ? mergeMaps(wanted, existing, rules) : { value: wanted, missingKey: null };
  const is = equivalent(item.value, existing, rules);
  const name = isMerged ? existing['name'] : undefined;
  const sameName = isMerged && typeof name === 'string' && name !== '' && wanted['name'] === name;
  return { ...item, isHit: is.equal || sameName, missingZero: is.missingKey };
}

// Distinct by their printed form, in order of appearance. Go prints `[""]` and `[]` alike, so native keys are JSON.
function counted(
  list: readonly Json[],
  { equality }: Leniency,
): readonly { readonly value: Json; readonly count: number }[] {
  const keyOf = equality === 'native' ? stableJson : sprint;
  const items = new Map<string, { value: Json; count: number }>();
  for (const value of list) {
    const key = keyOf(value);
    const known = items.get(key);
    if (known === undefined) items.set(key, { value, count: 1 });
    else known.count++;
  }
  return [...items.values()];
}
