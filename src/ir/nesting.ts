/** How deep objects and lists may nest in a program: everything after this recurses on them. */
export const maxNesting = 1000;

/** How deep objects and lists nest in a JSON value: 0 for a scalar. Counting ends beyond `limit`, also in a circle. */
export function nestingOf(value: unknown, limit: number): number {
  const open: unknown[] = [value];
  const levels: number[] = [0];
  let deepest = 0;
  while (open.length > 0 && deepest <= limit) {
    const of = open.pop();
    const level = levels.pop() ?? 0;
    if (typeof of !== 'object' || of === null) continue;
    deepest = Math.max(deepest, level + 1);
    for (const inside of Array.isArray(of) ? of : Object.values(of)) {
      if (typeof inside !== 'object') continue;
      open.push(inside);
      levels.push(level + 1);
    }
  }
  return deepest;
}
