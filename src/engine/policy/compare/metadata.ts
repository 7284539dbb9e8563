import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import { sprint, typeName } from './sprint.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const sccPrefix = 'openshift.io/sa.scc.';

/** What of an object's metadata is compared: labels and annotations. */
export function comparableMetadata(metadata: JsonObject): JsonObject {
  const { labels, annotations } = metadata;
  const kept = isJsonObject(annotations) ? without(annotations, [lastApplied]) : annotations;
  return {
    ...(Object.hasOwn(metadata, 'labels') ? { labels } : {}),
    ...(Object.hasOwn(metadata, 'annotations') ? { annotations: kept } : {}),
  };
}

/**
 * Both sides of a comparison of metadata: what the policy does not speak of is left out on both. Namespaces keep the
 * annotations OpenShift gives them.
 */
export function metadataForComparison(
  merged: JsonObject,
  existing: JsonObject,
  isNamespace: boolean,
): { readonly merged: JsonObject; readonly existing: JsonObject } {
  const wanted = comparableMetadata(merged);
  const ignored = ['labels', 'annotations'].filter((key) => !Object.hasOwn(wanted, key));
  const found = without(comparableMetadata(existing), ignored);
  const { annotations } = wanted;
  const others = found['annotations'];
  if (!isNamespace || !isJsonObject(annotations) || !isJsonObject(others)) {
    return { merged: wanted, existing: found };
  }
  const scc = Object.entries(others).filter(([key]) => key.startsWith(sccPrefix));
  const kept = Object.fromEntries([...scc, ...Object.entries(annotations)]);
  return { merged: { ...wanted, annotations: kept }, existing: found };
}

/** Why labels or annotations are no map of texts, in apimachinery's words (`NestedStringMap`); null where they are. */
export function textMapProblem(map: Json | undefined): string | null {
  if (!isJsonObject(map)) {
    return `${sprint(map)} is of the type ${typeName(map)}, expected map[string]interface{}`;
  }
  for (const key of Object.keys(map).sort()) {
    const value = map[key];
    if (typeof value === 'string') continue;
    return `contains non-string value in the map under key ${quoteGo(key)}: ${sprint(value)} is of the type ${typeName(value)}, expected string`;
  }
  return null;
}

/** An object without what changes by itself: managed fields, generation, the last applied configuration. */
export function withoutNoise(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isJsonObject(metadata)) return object;
  const { annotations } = metadata;
  const kept = isJsonObject(annotations) ? without(annotations, [lastApplied]) : annotations;
  const isEmpty = !isJsonObject(kept) || Object.keys(kept).length === 0;
  const rest = without(metadata, ['managedFields', 'generation', 'annotations']);
  return { ...object, metadata: isEmpty ? rest : { ...rest, annotations: kept } };
}

/** An object without some keys. */
export function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
