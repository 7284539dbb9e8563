import { compareText } from '../../base/json.ts';
import type { IrPlacement } from '../../ir/program.ts';
import type { ClusterSubset } from '../inventory/inventory.ts';
import { select } from '../inventory/select.ts';
import { both, except, named, namesOf } from '../inventory/subset.ts';
import type { Compat } from '../predicate/scope.ts';
import { exactCount } from './count.ts';
import { problemOf } from './filters/predicate.ts';
import type { PipelineInput } from './input.ts';
import { cutAsBefore, placesIn } from './pieces.ts';
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
  const { placement, compat, decidedGroups = [] } = input;
  const size = sizeOf(placement, selected.length, compat);
  if (typeof size !== 'number') return { ok: false, status: size };
  const byScore = placement.sortBy === 'Score' && compat === 'native';
  if (placement.groups.length === 0 && selected.length <= size) {
    return { ok: true, groups: [{ name: '', index: 0, clusters: byScore ? selected : byName }] };
  }
  const parts = byScore ? partsOf(selected, input, true) : partsOf(byName, input, false);
  if (typeof parts === 'string') return { ok: false, status: misconfigured('', parts) };
  const isCut = size < selected.length && !byScore && compat === 'native';
  const before = placesIn(isCut ? decidedGroups : []);
  const groups = parts
    .flatMap(({ name, clusters }) =>
      cutAsBefore(clusters, size, before).map((cut) => ({ name, clusters: cut.clusters })),
    )
    .map((group, index) => ({ ...group, index }));
  if (compat === 'native' && listedBytes(groups, placement) > mostListed) {
    const what = `${groups.length} groups are more than the status of a placement can list`;
    return { ok: false, status: misconfigured('', what) };
  }
  return { ok: true, groups: groups.length > 0 ? groups : [{ name: '', index: 0, clusters: [] }] };
}

type Part = Pick<DecisionGroup, 'name' | 'clusters'>;

/** The clusters of each named group, then the rest, in the order given; a text is what is wrong with a group. */
function partsOf(
  clusters: readonly string[],
  input: PipelineInput,
  byScore: boolean,
): readonly Part[] | string {
  const { placement, inventory, compat } = input;
  if (placement.groups.length === 0) return [{ name: '', clusters }];
  const namesIn = (subset: ClusterSubset): readonly string[] => {
    const names = namesOf(inventory, subset);
    if (!byScore) return names;
    const among = new Set(names);
    return clusters.filter((name) => among.has(name));
  };
  const parts: Part[] = [];
  let rest = named(inventory, clusters);
  for (const { name, where } of placement.groups) {
    const problem = problemOf(where, compat);
    if (problem !== null) return problem;
    const matching = both(rest, select(inventory, where, input));
    parts.push({ name, clusters: namesIn(matching) });
    rest = except(rest, matching);
  }
  return [...parts, { name: '', clusters: namesIn(rest) }];
}

/** What groups may take of the status of a placement, in bytes: etcd stores no object of more than 1.5 MiB. */
const mostListed = 1_200_000;

/** What the status says of groups, in bytes: numbers, names, and the names of their decisions. */
function listedBytes(groups: readonly Part[], { name }: IrPlacement): number {
  const decisionBytes = name.length + '"-decision-000000",'.length;
  const groupBytes = 100;
  return groups.reduce(
    (bytes, { name: named, clusters }) =>
      bytes + groupBytes + named.length + decisionBytes * Math.ceil(clusters.length / 100),
    0,
  );
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
