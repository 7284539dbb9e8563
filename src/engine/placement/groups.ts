import { compareText } from '../../base/json.ts';
import type { IrPlacement } from '../../ir/program.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import { clusterFacts } from '../inventory/inventory.ts';
import { holds } from '../predicate/evaluate.ts';
import { problemOf } from './filters/predicate.ts';
import type { PipelineInput } from './pipeline.ts';
import { misconfigured, type ScheduleStatus } from './status.ts';

/** Clusters that are rolled out to together. `name` is empty for those of no named group. */
export interface DecisionGroup {
  readonly name: string;
  readonly index: number;
  /** In order of name. */
  readonly clusters: readonly string[];
}
export type Grouped =
  | { readonly ok: true; readonly groups: readonly DecisionGroup[] }
  | { readonly ok: false; readonly status: ScheduleStatus };

/**
 * Puts selected clusters into groups: first match wins, the rest has no name, all are cut into pieces of at most the
 * group size; there is always one group (placement.md §8).
 */
export function groupsOf(selected: readonly string[], input: PipelineInput): Grouped {
  const size = sizeOf(input.placement, selected.length);
  if (typeof size !== 'number') return { ok: false, status: size };
  const left = new Map(
    selected.toSorted(compareText).flatMap((name): [string, ClusterFacts][] => {
      const facts = clusterFacts(input.inventory, name);
      return facts === undefined ? [] : [[name, facts]];
    }),
  );
  const groups: DecisionGroup[] = [];
  const add = (name: string, clusters: readonly string[]) => {
    for (let at = 0; at < clusters.length; at += size) {
      groups.push({ name, index: groups.length, clusters: clusters.slice(at, at + size) });
    }
  };
  for (const { name, where } of input.placement.groups) {
    const problem = problemOf(where, input.compat);
    if (problem !== null) return { ok: false, status: misconfigured('', problem) };
    const { now, compat } = input;
    const members = [...left].filter(([, cluster]) => holds(where, { cluster, now, compat }));
    for (const [member] of members) left.delete(member);
    add(
      name,
      members.map(([member]) => member),
    );
  }
  add('', [...left.keys()]);
  if (groups.length === 0) groups.push({ name: '', index: 0, clusters: [] });
  return { ok: true, groups };
}

const percentage = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Clusters a group may have: a number or a percentage of those selected, rounded up as upstream does. */
function sizeOf(placement: IrPlacement, total: number): number | ScheduleStatus {
  const given = placement.clustersPerDecisionGroup ?? '100%';
  let size: number;
  if (typeof given === 'number') size = given;
  else {
    const number = given.endsWith('%') ? given.slice(0, -1) : '';
    if (!percentage.test(number)) {
      return misconfigured('', `${given} invalid type: string is not a percentage`);
    }
    // float64 in this very order: 7% of 100 is 8
    size = Math.ceil((Number(number) / 100) * total);
  }
  return size <= 0 || size > total ? Math.max(total, 1) : size;
}
