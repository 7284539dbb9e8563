import { compareText } from '../../../base/json.ts';
import type { DecisionGroup, GroupChoice, GroupKey } from '../progress.ts';

/** The groups a placement decided, as upstream's tracker counts them (sdk-go v1beta1/placement.go). */
export interface GroupTracker {
  readonly groups: readonly DecisionGroup[];
  readonly nameOfIndex: ReadonlyMap<number, string>;
}

/** Makes the tracker; groups of one key are merged. */
export function trackGroups(groups: readonly DecisionGroup[]): GroupTracker {
  const merged = new Map<string, DecisionGroup>();
  for (const group of groups) {
    const key = keyText(group);
    const clusters = [...(merged.get(key)?.clusters ?? []), ...group.clusters];
    merged.set(key, { name: group.name, index: group.index, clusters: [...new Set(clusters)] });
  }
  const ordered = [...merged.values()].sort((a, b) => a.index - b.index);
  return { groups: ordered, nameOfIndex: new Map(ordered.map((g) => [g.index, g.name])) };
}

/** The groups chosen by name or by index, by index. */
export function chosenGroups(
  tracker: GroupTracker,
  choices: readonly GroupChoice[],
): readonly DecisionGroup[] {
  const chosen = new Set(keysOf(tracker, choices));
  return tracker.groups.filter((group) => chosen.has(keyText(group)));
}

/** All other groups, counted from 0 to their number - 1: a gap in the indexes loses groups (upstream fault D). */
export function groupsBesides(
  tracker: GroupTracker,
  choices: readonly GroupChoice[],
): readonly DecisionGroup[] {
  const excluded = new Set(keysOf(tracker, choices));
  return tracker.groups.filter(
    (group) =>
      group.index >= 0 &&
      group.index < tracker.nameOfIndex.size &&
      tracker.nameOfIndex.get(group.index) === group.name &&
      !excluded.has(keyText(group)),
  );
}

/** The clusters of some groups by name, each with the group that names it. */
export function clustersByName(
  groups: readonly DecisionGroup[],
): readonly { readonly cluster: string; readonly group: GroupKey }[] {
  const groupOf = new Map<string, GroupKey>();
  for (const group of groups) {
    for (const cluster of group.clusters) groupOf.set(cluster, keyOf(group));
  }
  return [...groupOf]
    .map(([cluster, group]) => ({ cluster, group }))
    .sort((a, b) => compareText(a.cluster, b.cluster));
}

/** The identity of a group without its clusters. */
export function keyOf({ name, index }: GroupKey): GroupKey {
  return { name, index };
}

function keysOf(tracker: GroupTracker, choices: readonly GroupChoice[]): string[] {
  return choices.flatMap((choice) => {
    if ('groupName' in choice) {
      return tracker.groups.filter((group) => group.name === choice.groupName).map(keyText);
    }
    const name = tracker.nameOfIndex.get(choice.groupIndex);
    return name === undefined ? [] : [keyText({ name, index: choice.groupIndex })];
  });
}

function keyText({ name, index }: GroupKey): string {
  return `${index} ${name}`;
}
