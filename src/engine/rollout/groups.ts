import { compareText } from '../../base/json.ts';
import type { DecisionGroup, GroupChoice } from './progress.ts';

/** The groups that exist, by their own index; a cluster belongs to the first that has it. */
export function orderGroups(groups: readonly DecisionGroup[]): readonly DecisionGroup[] {
  const seen = new Set<string>(['']);
  return [...groups]
    .sort((a, b) => a.index - b.index || compareText(a.name, b.name))
    .map(({ name, index, clusters }) => ({ name, index, clusters: clusters.filter(first(seen)) }));
}

/** Tells the groups chosen by name (all of that name) or index from the others; both stay in order. */
export function divideGroups(
  groups: readonly DecisionGroup[],
  choices: readonly GroupChoice[],
): { readonly mandatory: readonly DecisionGroup[]; readonly rest: readonly DecisionGroup[] } {
  const isChosen = (group: DecisionGroup) =>
    choices.some((choice) =>
      'groupName' in choice ? choice.groupName === group.name : choice.groupIndex === group.index,
    );
  return {
    mandatory: groups.filter(isChosen),
    rest: groups.filter((group) => !isChosen(group)),
  };
}

function first(seen: Set<string>): (cluster: string) => boolean {
  return (cluster) => !seen.has(cluster) && seen.add(cluster).has(cluster);
}
