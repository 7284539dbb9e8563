/**
 * Deepest nesting of an object, list or schema that is worked on. Kubernetes' decoder allows 10,000, but no kind
 * comes near this, and what walks objects here recurses.
 */
export const maxDepth = 500;

/** Whether a JSON value is nested deeper than `maxDepth`; itself without recursion. */
export function tooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? Object.values(each).filter(isNested) : [],
    );
  }
  return false;
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
