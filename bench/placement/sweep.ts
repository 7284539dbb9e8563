import { instant } from '../../src/base/instant.ts';
import type { Inventory } from '../../src/engine/inventory/inventory.ts';
import type { PipelineInput } from '../../src/engine/placement/input.ts';
import { Occupancy } from '../../src/engine/placement/occupancy.ts';
import { runPipeline } from '../../src/engine/placement/pipeline.ts';
import { schedule } from '../../src/engine/placement/schedule.ts';
import type { IrPlacement } from '../../src/ir/program.ts';
import { sets } from './fleet.ts';
import type { PeerDecision } from './peer.ts';

const now = instant(Date.UTC(2030, 0, 1));

/** Placements and what they are decided from. */
export interface Sweep {
  readonly inventory: Inventory;
  readonly placements: readonly IrPlacement[];
  /** What each has decided so far. */
  readonly decided: readonly (readonly string[])[];
  readonly occupancy: Occupancy;
}

export function firstSweep(inventory: Inventory, placements: readonly IrPlacement[]): Sweep {
  return { inventory, placements, decided: [], occupancy: new Occupancy() };
}

/** The same once everything has been decided as given. */
export function decidedSweep(sweep: Sweep, decided: readonly (readonly string[])[]): Sweep {
  return { ...sweep, decided, occupancy: Occupancy.of(decided.flat()) };
}

/** What all placements are decided by. */
export const everybody = { boundSets: sets, now, compat: 'native' } as const;

export function inputOf(sweep: Sweep, placement: IrPlacement, at: number): PipelineInput {
  const own = sweep.decided[at] ?? [];
  const othersDecided = sweep.occupancy.without(own);
  return { ...everybody, placement, inventory: sweep.inventory, decided: own, othersDecided };
}

export function decideAll(sweep: Sweep): readonly (readonly string[])[] {
  return sweep.placements.map((placement, at) => schedule(inputOf(sweep, placement, at)).selected);
}

/**
 * Compares some decisions with the reference evaluator, and with the peer's where there are any; a fast answer that is
 * wrong is not worth measuring. How many were compared with the reference.
 */
export function check(sweep: Sweep, peer: readonly PeerDecision[] = [], every = 50): number {
  const theirs = new Map(peer.map(({ placement, selected }) => [placement, selected.join()]));
  let checked = 0;
  for (const [at, placement] of sweep.placements.entries()) {
    const their = theirs.get(placement.name);
    if (at % every !== 0 && their === undefined) continue;
    const input = inputOf(sweep, placement, at);
    const fast = schedule(input).selected;
    if (fast.length === 0 || fast.join() !== runPipeline(input).selected.join()) {
      throw new Error(`${placement.name} is decided differently by the reference evaluator`);
    }
    if (their !== undefined && their !== fast.join()) {
      throw new Error(`${placement.name} is decided differently by the peer`);
    }
    theirs.delete(placement.name);
    checked += 1;
  }
  if (theirs.size > 0) throw new Error('the peer decided something else');
  return checked;
}
