import { compareText, isJsonObject } from '../../base/json.ts';
import { own } from '../schema/own.ts';

/** What lies below some keys of an object; undefined where the way ends. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (!isJsonObject(found)) return undefined;
    found = own(found, key);
  }
  return found;
}

/** A text at a path, else what is said instead. */
export function textAt(value: unknown, path: readonly string[], otherwise = ''): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : otherwise;
}

/** A number at a path, else what is said instead. */
export function numberAt(value: unknown, path: readonly string[], otherwise = 0): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : otherwise;
}

/** A list at a path, empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** How many entries a map has at a path. */
export function sizeAt(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return isJsonObject(found) ? Object.keys(found).length : 0;
}

/** Labels as `a=b,c=d` in order of key, `<none>` without any. */
export function labelsText(value: unknown): string {
  if (!isJsonObject(value)) return none;
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${key}=${String(own(value, key))}`);
  return pairs.join(',') || none;
}

/** A label selector as kubectl prints it, in order of key; `<none>` without requirements. */
export function selectorText(selector: unknown): string {
  const labels = at(selector, 'matchLabels');
  const equal = Object.entries(isJsonObject(labels) ? labels : {}).map(
    ([key, value]) => [key, `${key}=${String(value)}`] as const,
  );
  const others = listAt(selector, 'matchExpressions').map(
    (each) => [textAt(each, ['key']), requirementText(each)] as const,
  );
  const all = [...equal, ...others].sort(([a], [b]) => compareText(a, b));
  return all.map(([, text]) => text).join(',') || none;
}

function requirementText(requirement: unknown): string {
  const key = textAt(requirement, ['key']);
  const values = listAt(requirement, 'values').map(String).sort().join(',');
  switch (at(requirement, 'operator')) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'Exists':
      return key;
    default:
      return `!${key}`;
  }
}

/** What kubectl prints where there is nothing. */
export const none = '<none>';
