import { numbersNamed } from '../../inventory/ranking.ts';
import type { PipelineInput } from '../input.ts';
import type { Prioritizer } from './prioritizer.ts';
import { addScores, scoresOf } from './prioritizer.ts';

/**
 * Balance that depends on nothing but names: every placement ranks clusters in an order of its own (highest random
 * weight), so that many placements spread evenly, in whatever order they are decided, and a cluster that comes or goes
 * moves nothing else. Upstream has no such prioritizer.
 */
export const scatter: Prioritizer = {
  score: (among, input) => {
    const own = seedOf(input);
    return { scores: scoresOf(among, ({ name }) => scoreOf(hashOf(name), own)) };
  },
  add: (to, weight, input) => {
    const own = seedOf(input);
    const hashes = numbersNamed(input.inventory, 'name hash', ({ name }) => hashOf(name));
    addScores(to, weight, (row) => scoreOf(hashes[row] ?? 0, own));
    return null;
  },
};

function seedOf({ placement: { namespace, name } }: PipelineInput): number {
  return hashOf(`${namespace}/${name}`);
}

// Between -100 and 100, in steps of a 64th: fine enough that few clusters are equal, and exact in every sum.
function scoreOf(cluster: number, placement: number): number {
  return (mixed(cluster ^ Math.imul(placement, 0x9e3779b1)) % 12_801) / 64 - 100;
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return mixed(hash);
}

/** Every bit of the outcome depends on every bit of the number (the end of MurmurHash3). */
function mixed(number: number): number {
  let bits = number ^ (number >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
