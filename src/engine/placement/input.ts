import type { Instant } from '../../base/instant.ts';
import type { IrPlacement } from '../../ir/program.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Compat } from '../predicate/scope.ts';
import type { OthersDecided } from './occupancy.ts';
import type { Pieces } from './pieces.ts';
import type { RecordedScores } from './recorded-scores.ts';

/** All that scheduling looks at. There is no client, no lister and no clock. */
export interface PipelineInput {
  readonly placement: IrPlacement;
  readonly inventory: Inventory;
  /** Sets the placement's namespace is bound to and that exist. */
  readonly boundSets: readonly string[];
  /** Clusters in the placement's decisions as they are now; one that is in two of them may be there twice. */
  readonly decided: readonly string[];
  /** The same by decision group, in order of their indexes: who is in a group stays in it as far as may be. */
  readonly decidedGroups?: Pieces;
  readonly othersDecided: OthersDecided;
  /** Scores those decisions hold, where they are in order of them. */
  readonly recorded?: RecordedScores;
  readonly now: Instant;
  readonly compat: Compat;
}
