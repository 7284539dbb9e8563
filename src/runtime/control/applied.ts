import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';

/**
 * Whether a server-side apply would change nothing, read from the live object alone: the manager owns exactly the
 * fields that are applied, and they have these values. No schema is needed because `managedFields` tells how lists
 * merge (KEP-555: `f:` field, `k:` item by key, `v:` item of a set). In doubt the answer is no, which costs a request.
 */
export function isApplied(object: KubeObject, live: KubeObject, fieldManager: string): boolean {
  const entry = live.metadata.managedFields?.find(
    ({ manager, operation, apiVersion, subresource }) =>
      manager === fieldManager &&
      operation === 'Apply' &&
      apiVersion === object.apiVersion &&
      !subresource,
  );
  if (entry?.fieldsV1 === undefined) return false;
  return sameFields(content(object), content(live), entry.fieldsV1);
}

/** What an apply configures: everything but the identity and what the server keeps. */
function content(object: KubeObject): JsonObject {
  const { apiVersion: _a, kind: _k, status: _s, metadata, ...rest } = object;
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  return {
    ...(rest as unknown as JsonObject),
    metadata: withoutAbsent({ labels, annotations, finalizers, ownerReferences }),
  };
}

function withoutAbsent(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}

function same(applied: Json | undefined, live: Json | undefined, owned: Json | undefined): boolean {
  if (!isJsonObject(owned)) return false;
  const members = Object.keys(owned).filter((key) => key !== '.');
  // Owned as a whole: a scalar, an atomic map or list, or an empty one.
  if (members.length === 0) return jsonEqual(applied, live);
  if (isJsonObject(applied)) return isJsonObject(live) && sameFields(applied, live, owned);
  if (!Array.isArray(applied) || !Array.isArray(live)) return false;
  return members.length === applied.length && sameItems(applied, live, owned);
}

function sameFields(applied: JsonObject, live: JsonObject, owned: JsonObject): boolean {
  const fields = Object.entries(applied).filter(
    ([key, value]) => value !== undefined && !isEmptyMetadata(key, value),
  );
  const ownedFields = Object.keys(owned).filter((key) => key !== '.');
  if (ownedFields.length !== fields.length) return false;
  return fields.every(
    ([key, value]) =>
      Object.hasOwn(owned, `f:${key}`) &&
      Object.hasOwn(live, key) &&
      same(value, live[key], owned[`f:${key}`]),
  );
}

function isEmptyMetadata(key: string, value: Json): boolean {
  return key === 'metadata' && isJsonObject(value) && Object.keys(value).length === 0;
}

function sameItems(applied: readonly Json[], live: readonly Json[], owned: JsonObject): boolean {
  return Object.entries(owned).every(([member, fields]) => {
    if (member === '.') return true;
    const id = parse(member.slice(2));
    if (member.startsWith('v:')) {
      const has = (item: Json): boolean => jsonEqual(item, id);
      return applied.some(has) && live.some(has);
    }
    if (!member.startsWith('k:') || !isJsonObject(id)) return false;
    const mine = applied.find((item) => isItem(item, id, true));
    const theirs = live.find((item) => isItem(item, id, false));
    if (!isJsonObject(mine) || !isJsonObject(theirs)) return false;
    // Keys the server filled in (a port's protocol) are owned although nobody wrote them.
    return sameFields({ ...id, ...mine }, theirs, withKeys(fields, id));
  });
}

function isItem(item: Json, id: JsonObject, mayLack: boolean): boolean {
  if (!isJsonObject(item)) return false;
  return Object.entries(id).every(([key, value]) =>
    Object.hasOwn(item, key) ? jsonEqual(item[key], value) : mayLack,
  );
}

function withKeys(fields: Json | undefined, id: JsonObject): JsonObject {
  const keys = Object.keys(id).map((key) => [`f:${key}`, {}]);
  return { ...(isJsonObject(fields) ? fields : {}), ...Object.fromEntries(keys) };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
