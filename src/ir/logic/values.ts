/** A set of values one fact may have: of texts, or of what has an order. */
export type Values = Texts | Ranges;

/** Texts: some that are named, or all that pass. */
interface Texts {
  readonly is: 'texts';
  /** All there are; null where they cannot be listed. */
  readonly candidates: ReadonlySet<string> | null;
  readonly admits: (text: string) => boolean;
  readonly others: (text: string) => boolean;
  readonly denied: ReadonlySet<string> | null;
}

/** Half-open ranges of ordinals, ascending and apart; null is no bound. */
interface Ranges {
  readonly is: 'ranges';
  readonly of: readonly Range[];
}
/** From the first ordinal up to, and without, the last. */
export type Range = readonly [from: bigint | null, to: bigint | null];

/** The texts of a list. */
export function textsIn(list: Iterable<string>): Values {
  const named = new Set(list);
  return {
    is: 'texts',
    candidates: named,
    denied: null,
    admits: (text) => named.has(text),
    others: (text) => !named.has(text),
  };
}

/** The texts a test lets pass. */
export function textsThat(admits: (text: string) => boolean): Values {
  const others = (text: string) => !admits(text);
  return { is: 'texts', candidates: null, denied: null, admits, others };
}

/** Any text. */
export const anyText: Values = textsThat(() => true);

/** Ordinals in any of some ranges. */
export function inRanges(ranges: readonly Range[]): Values {
  return { is: 'ranges', of: merged(ranges) };
}

/** What is not in a set that one condition describes. */
export function complementOf(values: Values): Values {
  if (values.is === 'ranges') return { is: 'ranges', of: gapsOf(values.of) };
  const { candidates, denied, admits, others } = values;
  return { is: 'texts', candidates: denied, denied: candidates, admits: others, others: admits };
}

/** What is in both sets; they are of one kind. */
export function intersect(one: Values, other: Values): Values {
  if (one.is === 'ranges' && other.is === 'ranges') {
    return { is: 'ranges', of: one.of.flatMap((range) => other.of.flatMap(overlap(range))) };
  }
  if (one.is !== 'texts' || other.is !== 'texts' || other === anyText) return one;
  if (one === anyText) return other;
  const admits = (text: string) => one.admits(text) && other.admits(text);
  const listed = one.candidates ?? other.candidates;
  const candidates = listed === null ? null : new Set([...listed].filter(admits));
  return { is: 'texts', candidates, denied: null, admits, others: (text) => !admits(text) };
}

/** Whether nothing is in a set; where that cannot be told, something may be. */
export function isEmpty(values: Values): boolean {
  return values.is === 'ranges' ? values.of.length === 0 : values.candidates?.size === 0;
}

function overlap([from, to]: Range): (other: Range) => readonly Range[] {
  return ([otherFrom, otherTo]) => {
    const start = from === null || (otherFrom !== null && otherFrom > from) ? otherFrom : from;
    const end = to === null || (otherTo !== null && otherTo < to) ? otherTo : to;
    return start !== null && end !== null && start >= end ? [] : [[start, end]];
  };
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const ascending = ranges
    .filter(([from, to]) => from === null || to === null || from < to)
    .sort(([a], [b]) => (a === b ? 0 : a === null || (b !== null && a < b) ? -1 : 1));
  const apart: Range[] = [];
  for (const range of ascending) {
    const last = apart.at(-1);
    const [from, to] = range;
    const touches = last !== undefined && (last[1] === null || from === null || from <= last[1]);
    if (!touches) apart.push(range);
    else if (last[1] !== null && (to === null || to > last[1])) apart.splice(-1, 1, [last[0], to]);
  }
  return apart;
}

function gapsOf(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let from: bigint | null = null;
  for (const [start, end] of ranges) {
    if (start !== null) gaps.push([from, start]);
    if (end === null) return gaps;
    from = end;
  }
  return [...gaps, [from, null]];
}
