import { compareText, isJsonObject, type Json, jsonEqual } from '../../base/json.ts';

/** Where two values differ, as people write paths (`spec.replicas`, `containers[0].image`), in order; bounded. */
export function changedPaths(before: Json, after: Json, most: number): readonly string[] {
  const found: string[] = [];
  collect(before, after, '', found, most);
  return found;
}

function collect(
  before: Json | undefined,
  after: Json | undefined,
  at: string,
  found: string[],
  most: number,
): void {
  if (found.length >= most || jsonEqual(before, after)) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(compareText);
    for (const key of keys) {
      const own = (of: typeof before) => (Object.hasOwn(of, key) ? of[key] : undefined);
      collect(own(before), own(after), `${at}${step(key, at)}`, found, most);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    const pairs = before.map((item, index) => [item, after[index]] as const);
    for (const [index, [a, b]] of pairs.entries()) collect(a, b, `${at}[${index}]`, found, most);
    return;
  }
  found.push(at === '' ? '.' : at);
}

function step(key: string, at: string): string {
  if (!/^[A-Za-z_$][-\w$]*$/.test(key)) return `[${JSON.stringify(key)}]`;
  return at === '' ? key : `.${key}`;
}
