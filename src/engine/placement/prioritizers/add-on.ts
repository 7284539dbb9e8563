import type { Instant } from '../../../base/instant.ts';
import type { ClusterFacts } from '../../inventory/facts.ts';
import { scoreOf, scoresNamed, validity } from '../../inventory/facts.ts';
import { factsAt, numbersNamed } from '../../inventory/ranking.ts';
import type { PipelineInput } from '../input.ts';
import type { ScheduleStatus } from '../status.ts';
import type { Prioritizer } from './prioritizer.ts';
import { addScores, scoresOf } from './prioritizer.ts';

/** Names of expired scores a warning of ours lists; upstream lists all. */
const mostNamed = 5;

/** What add-ons report, as long as it is valid; 0 where they report nothing (ocm `plugins/addon`). */
export function addOn(resource: string, score: string): Prioritizer {
  const plugin = `AddOn/${resource}/${score}`;
  const valueIn = (cluster: ClusterFacts) => scoreOf(cluster, resource, score)?.value ?? 0;
  const endOf = (cluster: ClusterFacts) => scoresEnd(cluster, resource);
  const warn = (expired: readonly string[], input: PipelineInput) =>
    expired.length === 0
      ? null
      : warning(
          plugin,
          expired.map((of) => `${of}/${resource}`),
          input,
        );
  return {
    score: (among, input) => {
      const expired = among.filter((cluster) => input.now > endOf(cluster));
      const scores = scoresOf(among, (cluster) =>
        input.now > endOf(cluster) ? 0 : valueIn(cluster),
      );
      const status = warn(
        expired.map(({ name }) => name),
        input,
      );
      return status === null ? { scores } : { scores, warning: status };
    },
    add: (to, weight, input) => {
      const { inventory, now } = input;
      const values = numbersNamed(inventory, `score ${plugin}`, valueIn);
      const ends = numbersNamed(inventory, `score end ${resource}`, endOf);
      const expired: string[] = [];
      addScores(to, weight, (row) => {
        if (now <= (ends[row] ?? 0)) return values[row] ?? 0;
        expired.push(factsAt(inventory, row)?.name ?? '');
        return 0;
      });
      return warn(expired, input);
    },
  };
}

/** The last moment at which the scores of a cluster count; infinity where that never ends. */
function scoresEnd(cluster: ClusterFacts, resource: string): number {
  const end = validity(scoresNamed(cluster, resource)?.status?.validUntil);
  return end ?? Number.POSITIVE_INFINITY;
}

/** When the first score of these clusters that still counts ends. */
export function scoreEnds(
  { now }: PipelineInput,
  clusters: Iterable<ClusterFacts>,
  resource: string,
): Instant | null {
  let first = Number.POSITIVE_INFINITY;
  for (const cluster of clusters) {
    const end = scoresEnd(cluster, resource);
    if (end >= now && end < first) first = end;
  }
  return Number.isFinite(first) ? (first as Instant) : null;
}

function warning(
  plugin: string,
  expired: readonly string[],
  { compat }: PipelineInput,
): ScheduleStatus {
  const more = expired.length - mostNamed;
  const named =
    compat === 'upstream' || more <= 0
      ? expired.join(' ')
      : `${expired.slice(0, mostNamed).join(' ')} and ${more} more`;
  return { code: 'Warning', plugin, message: `AddOnPlacementScores ${named} expired` };
}
