import { sha256Hex } from '../../../base/hash.ts';

/** Numbers that look random and follow from a seed alone (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0, below `n`. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((((t ^ (t >>> 14)) >>> 0) * n) / 4_294_967_296) | 0;
  }

  /** One of some; undefined where there are none. */
  pick<T>(of: readonly T[]): T | undefined {
    return of[this.below(of.length)];
  }

  /** True once in `n` times. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }
}

/** The seed of a test that names none: made from its name, so that it stays the same (Rule 58). */
export function seedOf(name: string): number {
  return Number.parseInt(sha256Hex(name).slice(0, 8), 16);
}
