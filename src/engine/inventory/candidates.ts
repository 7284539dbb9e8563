import { type Bits, dropRows, noBits } from './bits.ts';
import type { ClusterSubset } from './inventory.ts';
import { bitsOf, subset } from './inventory.ts';

/**
 * The clusters filters have left so far, while one placement is decided. They are good until the next are made: there
 * is one store of them, so that deciding in a loop allocates none.
 */
export class Candidates {
  /** For this folder only. */
  readonly bits: Bits;
  /** For this folder only. */
  constructor(bits: Bits) {
    this.bits = bits;
  }
}

let store = new Candidates(noBits(0));

/** All clusters of a subset, to be filtered. */
export function candidatesOf(among: ClusterSubset): Candidates {
  const bits = bitsOf(among);
  if (store.bits.length !== bits.length) store = new Candidates(bits.slice());
  else store.bits.set(bits);
  return store;
}

/** Takes clusters off. */
export function drop(from: Candidates, those: ClusterSubset): void {
  if (those.size > 0) dropRows(from.bits, bitsOf(those));
}

export function isEmpty({ bits }: Candidates): boolean {
  for (const word of bits) if (word !== 0) return false;
  return true;
}

/** What is left, to keep. */
export function left({ bits }: Candidates): ClusterSubset {
  return subset(bits.slice());
}
