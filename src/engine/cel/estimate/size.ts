/** How long a text, or how many elements a list or map may be: the least and the most, `Infinity` where nothing bounds it. */
export interface Size {
  readonly min: number;
  readonly max: number;
}

export const unknownSize: Size = { min: 0, max: Number.POSITIVE_INFINITY };

export function exactly(size: number): Size {
  return { min: size, max: size };
}

export function sum(a: Size, b: Size): Size {
  return { min: a.min + b.min, max: a.max + b.max };
}

export function product(a: Size, b: Size): Size {
  return { min: times(a.min, b.min), max: times(a.max, b.max) };
}

/** What holds of the one or the other. */
export function either(a: Size, b: Size): Size {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

/** A product in which nothing of what is endless is nothing. */
export function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

/** What it costs to walk a text so many times. */
export function walk({ max }: Size, rounds = 1): number {
  return Math.ceil(max * rounds * 0.1);
}

/** What a pattern of such a length costs for each unit of text. */
export function patternCost({ max }: Size): number {
  return Math.ceil(max * 0.25);
}
