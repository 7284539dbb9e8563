import type { TestCase, TestCluster } from '../../../ir/test-plan.ts';
import type { TestInput } from '../run.ts';
import { domainOf, type Facet } from './domain.ts';
import { blockOf, clusterOf, type Drawn, draw } from './draw.ts';
import { Random, seedOf } from './random.ts';

/** Clusters with which a test fails, as few and as plain as could be found. */
export interface Counterexample {
  readonly clusters: readonly TestCluster[];
  /** The same as `cluster` blocks. */
  readonly blocks: readonly string[];
  /** Which run it was, from 1. */
  readonly run: number;
}

export interface FuzzInput extends TestInput {
  /** Clusters that are always there. */
  readonly fixed: readonly TestCluster[];
  readonly fails: (drawn: readonly TestCluster[]) => boolean;
}

/** How often a test is run to make a counterexample smaller. */
const mostShrinks = 1_500;

/** Runs a test on drawn clusters until it fails, and makes what it fails with smaller (Rule 58). */
export function fuzz(
  test: TestCase,
  input: FuzzInput,
): {
  readonly runs: number;
  readonly seed: number;
  readonly counterexample: Counterexample | null;
} {
  const { runs, seed: given } = test.fuzz ?? { runs: 0, seed: null };
  const seed = given ?? seedOf(test.name);
  const random = new Random(seed);
  const domain = domainOf({ ...input, test });
  const taken = new Set(input.fixed.map(({ name }) => name));
  const asClusters = (drawn: readonly Drawn[]) =>
    drawn.map((one) => clusterOf(one, test.origin, input.now));
  const fails = (drawn: readonly Drawn[]) => input.fails(asClusters(drawn));
  for (let run = 1; run <= runs; run += 1) {
    const drawn = draw(domain, taken, random);
    if (!fails(drawn)) continue;
    const small = shrink(drawn, fails);
    return {
      runs: run,
      seed,
      counterexample: { clusters: asClusters(small), blocks: small.map(blockOf), run },
    };
  }
  return { runs, seed, counterexample: null };
}

/** Fewer clusters, then plainer ones, as long as the test still fails. */
function shrink(
  drawn: readonly Drawn[],
  fails: (drawn: readonly Drawn[]) => boolean,
): readonly Drawn[] {
  let left = mostShrinks;
  const still = (next: readonly Drawn[]): boolean => {
    left -= 1;
    return left >= 0 && fails(next);
  };
  let small = drawn;
  for (let size = drawn.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < small.length && left > 0; ) {
      const next = [...small.slice(0, at), ...small.slice(at + size)];
      if (still(next)) small = next;
      else at += size;
    }
  }
  for (let changed = true; changed && left > 0; ) {
    changed = false;
    for (let at = 0; at < small.length; at += 1) {
      const plain = plainer(small, at, still);
      if (plain !== null) {
        small = plain;
        changed = true;
      }
    }
  }
  return small;
}

/** One step plainer; null where there is none with which it still fails. */
function plainer(
  drawn: readonly Drawn[],
  at: number,
  still: (next: readonly Drawn[]) => boolean,
): readonly Drawn[] | null {
  const one = drawn[at];
  if (one === undefined) return null;
  const attempts = [
    ...one.taints.map((key) => ({ ...one, taints: one.taints.filter((each) => each !== key) })),
    ...[...one.values].flatMap(([facet, value]) => plainValues(one, facet, value)),
  ];
  for (const attempt of attempts) {
    const next = drawn.map((each, index) => (index === at ? attempt : each));
    if (still(next)) return next;
  }
  return null;
}

function plainValues(one: Drawn, facet: Facet, value: string): readonly Drawn[] {
  const plain = facet.values[0];
  if (facet.mayMiss) {
    const values = new Map(one.values);
    values.delete(facet);
    return [{ ...one, values }];
  }
  if (plain === undefined || plain === value || facet.values.indexOf(value) <= 0) return [];
  return [{ ...one, values: new Map(one.values).set(facet, plain) }];
}
