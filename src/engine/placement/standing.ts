import {
  decisionGroupLabels,
  type PlacementDecision,
  placementLabel,
} from '../../kube/ocm/cluster.ts';
import type { PipelineInput } from './input.ts';
import { Occupancy } from './occupancy.ts';

/** What is decided already, as a placement sees it. */
export type Standing = Pick<PipelineInput, 'decided' | 'decidedGroups' | 'othersDecided'>;

/** Tells what is decided already by PlacementDecisions as they are stored; for who has no hub that keeps count. */
export function standingOf(
  decisions: readonly PlacementDecision[],
): (of: { readonly namespace: string; readonly name: string }) => Standing {
  const byPlacement = Map.groupBy(
    decisions,
    ({ metadata: { namespace = '', labels = {} } }) => `${namespace}/${labels[placementLabel]}`,
  );
  const all = Occupancy.of(decisions.flatMap(clustersOf));
  return ({ namespace, name }) => {
    const own = byPlacement.get(`${namespace}/${name}`) ?? [];
    const groups = Map.groupBy(own, indexOf);
    const decided = own.flatMap(clustersOf);
    return {
      decided: [...new Set(decided)],
      decidedGroups: [...groups.keys()]
        .sort((a, b) => a - b)
        .map((index) => (groups.get(index) ?? []).flatMap(clustersOf)),
      othersDecided: all.without(decided),
    };
  };
}

function clustersOf({ status }: PlacementDecision): readonly string[] {
  return (status?.decisions ?? []).map(({ clusterName }) => clusterName);
}

function indexOf({ metadata: { labels = {} } }: PlacementDecision): number {
  return Number.parseInt(labels[decisionGroupLabels.index] ?? '0', 10) || 0;
}
