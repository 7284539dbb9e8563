import { nextGroup, type Phases, type Starts } from './phases.ts';

/** One group after the other, mandatory ones first; the next one only when the one before has nothing left to do. */
export function startPerGroup({ mandatory, rest, standings }: Phases): Starts {
  return { ok: true, value: nextGroup([...mandatory, ...rest], standings) ?? [] };
}
