import { isJsonObject, type Json } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { compareQuantities, parseQuantity } from '../../../kube/quantity.ts';

/**
 * Whether a live object says all that an applied one does: fields others added do not count, nor how a server writes
 * the same value (quantities, empty lists and objects). Lists are compared item by item.
 */
export function covers(live: KubeObject, applied: KubeObject): boolean {
  const { apiVersion: _a, kind: _k, metadata, ...content } = applied;
  const { labels, annotations } = metadata;
  return (
    within(content as unknown as Json, live as unknown as Json) &&
    within({ ...labels }, { ...live.metadata.labels }) &&
    within({ ...annotations }, { ...live.metadata.annotations })
  );
}

function within(applied: Json | undefined, live: Json | undefined): boolean {
  if (isEmpty(applied)) return true;
  if (isJsonObject(applied)) {
    return (
      isJsonObject(live) &&
      Object.entries(applied).every(([key, value]) =>
        within(value, Object.hasOwn(live, key) ? live[key] : undefined),
      )
    );
  }
  if (Array.isArray(applied)) {
    return (
      Array.isArray(live) &&
      applied.length === live.length &&
      applied.every((item, at) => within(item, live[at]))
    );
  }
  return applied === live || sameQuantity(applied, live);
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function sameQuantity(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a !== 'string' && typeof b !== 'string') return false;
  const [left, right] = [a, b].map((of) =>
    typeof of === 'string' || typeof of === 'number' ? parseQuantity(String(of)) : null,
  );
  return left != null && right != null && compareQuantities(left, right) === 0;
}
