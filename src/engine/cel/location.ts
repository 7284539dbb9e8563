/** A place in an expression: line from 1, column in code points from 0. */
export interface Location {
  readonly line: number;
  readonly column: number;
}

/** The order in which problems are shown; those without a place come first. */
export function compareLocations(a: Location | null, b: Location | null): number {
  return (a?.line ?? -1) - (b?.line ?? -1) || (a?.column ?? -1) - (b?.column ?? -1);
}
