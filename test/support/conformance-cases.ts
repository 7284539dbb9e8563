import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

/** Cases with the answers of upstream's own code; absent from a clone without the shared folder. */
const shared = new URL('../../../shared/conformance/', import.meta.url);

/** Whether there are no cases to compare with. */
export const absent = !existsSync(shared);

export interface ConformanceCase {
  readonly id: string;
  readonly input: unknown;
  readonly expected: unknown;
}

/** The cases of a suite, in their order. */
export function casesOf(suite: string): readonly ConformanceCase[] {
  const lines = readFileSync(new URL(`${suite}/cases.ndjson`, shared), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** How much of an answer is compared; 3 is everything. */
export type Level = 1 | 2 | 3;

/** How many cases of a suite there are, and the ids of those that `answer` does not answer exactly as upstream. */
export async function compared(
  suite: string,
  answer: (input: unknown, id: string) => unknown,
  level: Level = 3,
): Promise<{ readonly cases: number; readonly different: readonly string[] }> {
  const { view } = await import(new URL(`check/${suite}.mjs`, shared).href);
  const cases = casesOf(suite);
  const different = cases.filter(({ id, input, expected }) => {
    const given = JSON.parse(JSON.stringify(answer(input, id) ?? null));
    const { expected: wanted, actual } = view(expected, given, level);
    return !isDeepStrictEqual(plain(actual), plain(wanted));
  });
  return { cases: cases.length, different: different.map(({ id }) => id) };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
