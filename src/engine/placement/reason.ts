import { compareText } from '../../base/json.ts';

/** What one step did. */
export interface Reason {
  readonly by: string;
  readonly kept: number;
  readonly dropped: number;
  /** At most five, the most frequent first. */
  readonly why: readonly ReasonText[];
}

/** Why clusters were dropped: how many, and one of them. */
export interface ReasonText {
  readonly text: string;
  readonly clusters: number;
  readonly example: string;
}

/** Texts per step: the outcome has the same size for ten clusters and for ten thousand. */
export const mostReasons = 5;

/** Clusters whose texts are looked at: they are examples, and the outcome stays cheap. */
export const mostExamined = 200;

/** Counts texts, each said of so many clusters: the most frequent first, of equal ones that of the first cluster by name. */
export function countTexts(
  texts: Iterable<readonly [example: string, text: string, clusters: number]>,
): readonly ReasonText[] {
  const counted = new Map<string, { text: string; clusters: number; example: string }>();
  for (const [example, text, clusters] of texts) {
    const known = counted.get(text);
    if (known === undefined) counted.set(text, { text, clusters, example });
    else {
      known.clusters += clusters;
      if (compareText(example, known.example) < 0) known.example = example;
    }
  }
  return [...counted.values()]
    .sort((a, b) => b.clusters - a.clusters || compareText(a.example, b.example))
    .slice(0, mostReasons);
}
