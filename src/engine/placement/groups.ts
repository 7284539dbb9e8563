import { compareText } from '../../base/json.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { select } from '../inventory/select.ts';
import { both, named, namesOf } from '../inventory/subset.ts';
import type { Compat } from '../predicate/scope.ts';
import { exactCount } from './count.ts';
import { problemOf } from './filters/predicate.ts';
import type { PipelineInput } from './input.ts';
import { cutAsBefore } from './pieces.ts';
import { misconfigured, type ScheduleStatus } from './status.ts';

/** Clusters that are rolled out to together. `name` is empty for those of no named group. */
export interface DecisionGroup {
  readonly name: string;
  readonly index: number;
  /** In order of name, or of score where the placement says so. */
  readonly clusters: readonly string[];
}
export type Grouped =
  | { readonly ok: true; readonly groups: readonly DecisionGroup[] }
  | { readonly ok: false; readonly status: ScheduleStatus };

/**
 * Puts selected clusters, the best first, into groups: first match wins, the rest has no name, all are cut into pieces
 * of at most the group size; there is always one group (placement.md §8). In order of name clusters stay in the piece
 * they are in. `byName` are the selected in that order, where it is known.
 */
export function groupsOf(
  selected: readonly string[],
  input: PipelineInput,
  byName: readonly string[] = selected.toSorted(compareText),
): Grouped {
  const { placement, inventory, compat, decidedGroups = [] } = input;
  const size = sizeOf(placement, selected.length, compat);
  if (typeof size !== 'number') return { ok: false, status: size };
  const byScore = placement.sortBy === 'Score' && compat === 'native';
  const before = byScore || compat === 'upstream' ? [] : decidedGroups;
  const groups: DecisionGroup[] = [];
  const add = (name: string, all: readonly string[]) => {
    for (const clusters of cutAsBefore(all, size, before)) {
      groups.push({ name, index: groups.length, clusters });
    }
  };
  let rest: readonly string[] = byScore ? selected : byName;
  for (const { name, where } of placement.groups) {
    const problem = problemOf(where, compat);
    if (problem !== null) return { ok: false, status: misconfigured('', problem) };
    const matching = namesOf(
      inventory,
      both(named(inventory, rest), select(inventory, where, input)),
    );
    const taken = new Set(matching);
    add(name, byScore ? rest.filter((cluster) => taken.has(cluster)) : matching);
    rest = rest.filter((cluster) => !taken.has(cluster));
  }
  add('', rest);
  if (groups.length === 0) groups.push({ name: '', index: 0, clusters: [] });
  return { ok: true, groups };
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Clusters a group may have; a problem where that cannot be said. */
function sizeOf(
  { clustersPerDecisionGroup }: IrPlacement,
  total: number,
  compat: Compat,
): number | ScheduleStatus {
  if (clustersPerDecisionGroup === null) return Math.max(total, 1);
  const given = clustersPerDecisionGroup;
  const size = compat === 'upstream' ? upstreamSize(given, total) : exactCount(given, total);
  if (typeof size === 'string') return misconfigured('', size);
  return size <= 0 || size > total ? Math.max(total, 1) : size;
}

function upstreamSize(given: number | string, total: number): number | string {
  if (typeof given === 'number') return given;
  const number = given.endsWith('%') ? given.slice(0, -1) : '';
  if (!decimal.test(number)) return `${given} invalid type: string is not a percentage`;
  // float64 in this very order: 7% of 100 is 8
  return Math.ceil((Number(number) / 100) * total);
}
