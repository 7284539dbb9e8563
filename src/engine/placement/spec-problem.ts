import type { PipelineInput } from './input.ts';
import { rescoreLimit } from './recorded-scores.ts';
import { misconfigured, type ScheduleStatus } from './status.ts';
import { trustProblem } from './trust.ts';

/** What a placement says that no fleet can make sense of; null where it says nothing of the kind. */
export function specProblem({ placement, compat }: PipelineInput): ScheduleStatus | null {
  const { numberOfClusters: count, spread = [] } = placement;
  // Upstream's controller dies of it.
  if (count !== null && count < 0) {
    return misconfigured('', `numberOfClusters is negative: ${count}`);
  }
  if (compat === 'upstream') return null;
  if (rescoreLimit(placement) === null) {
    return misconfigured('', `scoreRateLimit is no length of time: ${placement.rescore}`);
  }
  const claimed = trustProblem(placement);
  if (claimed !== null) return misconfigured('Trust', claimed);
  const skew = spread.find(({ maxSkew = 1 }) => maxSkew < 1)?.maxSkew;
  return skew === undefined ? null : misconfigured('', `maxSkew is less than 1: ${skew}`);
}
